#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dg {

enum class HandleKind : uint64_t { device, stream, event, graph, kernel, pinned };

inline const char* handleKindName(HandleKind kind) {
  static constexpr const char* kNames[] = {"device", "stream", "event", "graph", "kernel", "pinned"};
  return kNames[static_cast<size_t>(kind)];
}

/**
 * Objects by handle. A handle is an integer below 2^53 made of the slot's index, how often the slot was
 * used before, the kind and the environment, so that a stale one, one of another kind and one of another
 * worker are all told apart from a live one.
 */
template <typename T, HandleKind kind>
class SlotTable {
 public:
  explicit SlotTable(uint64_t environmentNumber)
      : salt_((environmentNumber & kEnvironmentMask) << kKindBits | static_cast<uint64_t>(kind)) {}

  double insert(Napi::Env env, std::shared_ptr<T> object) {
    if (free_.empty()) {
      if (slots_.size() > kIndexMask) {
        throw Napi::RangeError::New(env, std::string("expected fewer live ") + handleKindName(kind) +
                                             " handles than " + std::to_string(kIndexMask));
      }
      slots_.push_back({});
      free_.push_back(slots_.size() - 1);
    }
    const size_t index = free_.back();
    free_.pop_back();
    slots_[index].object = std::move(object);
    return static_cast<double>(handleOf(index));
  }

  /** Throws an Error when the handle is not a live one of this table. */
  const std::shared_ptr<T>& get(Napi::Env env, const Napi::Value& handle) const {
    return slots_[indexOf(env, handle)].object;
  }

  std::shared_ptr<T> remove(Napi::Env env, const Napi::Value& handle) { return vacate(indexOf(env, handle)); }

  /** Removes every object for which `matches(object)` holds. */
  template <typename Predicate>
  std::vector<std::shared_ptr<T>> removeIf(Predicate matches) {
    std::vector<std::shared_ptr<T>> removed;
    for (size_t index = 0; index < slots_.size(); ++index) {
      if (slots_[index].object && matches(*slots_[index].object)) removed.push_back(vacate(index));
    }
    return removed;
  }

 private:
  struct Slot {
    std::shared_ptr<T> object;
    uint64_t generation = 0;
  };

  static constexpr int kIndexBits = 20;
  static constexpr int kGenerationBits = 19;
  static constexpr int kKindBits = 3;
  static constexpr int kEnvironmentBits = 11;
  static_assert(kIndexBits + kGenerationBits + kKindBits + kEnvironmentBits == 53);
  static constexpr uint64_t kIndexMask = (uint64_t{1} << kIndexBits) - 1;
  static constexpr uint64_t kGenerationMask = (uint64_t{1} << kGenerationBits) - 1;
  static constexpr uint64_t kEnvironmentMask = (uint64_t{1} << kEnvironmentBits) - 1;

  uint64_t handleOf(size_t index) const {
    return (salt_ << kGenerationBits | slots_[index].generation) << kIndexBits | index;
  }

  size_t indexOf(Napi::Env env, const Napi::Value& value) const {
    if (value.IsNumber()) {
      const double handle = value.As<Napi::Number>().DoubleValue();
      if (handle >= 0 && handle < static_cast<double>(uint64_t{1} << 53)) {
        const size_t index = static_cast<uint64_t>(handle) & kIndexMask;
        if (index < slots_.size() && slots_[index].object && static_cast<double>(handleOf(index)) == handle) {
          return index;
        }
      }
    }
    throw Napi::Error::New(env, std::string("stale or foreign ") + handleKindName(kind) + " handle");
  }

  std::shared_ptr<T> vacate(size_t index) {
    Slot& slot = slots_[index];
    // A slot whose generations are used up is left empty for good.
    if (slot.generation < kGenerationMask) {
      ++slot.generation;
      free_.push_back(index);
    }
    return std::exchange(slot.object, nullptr);
  }

  uint64_t salt_;
  std::vector<Slot> slots_;
  std::vector<size_t> free_;
};

}  // namespace dg
