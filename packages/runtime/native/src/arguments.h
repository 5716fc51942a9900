#pragma once

#include <napi.h>

#include <cstdint>
#include <span>
#include <string>

namespace dg {

/** Largest integer that every double up to it can hold: Number.MAX_SAFE_INTEGER. */
inline constexpr uint64_t kMaxSafeInteger = (uint64_t{1} << 53) - 1;

/** The arguments of one call, checked as they are read. */
class Arguments {
 public:
  explicit Arguments(const Napi::CallbackInfo& info) : info_(info) {}

  Napi::Env env() const { return info_.Env(); }

  /** Throws TypeError for what is no number, RangeError for what is no integer in [min, max]. */
  uint64_t integer(size_t index, const char* name, uint64_t min = 0, uint64_t max = kMaxSafeInteger) const;
  bool boolean(size_t index, const char* name) const;
  std::string text(size_t index, const char* name) const;
  Napi::Function function(size_t index, const char* name) const;
  /** A view of the Uint8Array's bytes, valid during the call. */
  std::span<const uint8_t> bytes(size_t index, const char* name) const;

 private:
  Napi::Value at(size_t index) const { return info_[index]; }

  const Napi::CallbackInfo& info_;
};

/** Throws a RangeError `expected <expected> for <name> but received <received>`. */
[[noreturn]] void throwRange(Napi::Env env, const std::string& expected, const std::string& name,
                             const std::string& received);

/** A double as JavaScript would be able to read it back. */
std::string formatNumber(double value);

}  // namespace dg
