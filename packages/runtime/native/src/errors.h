#pragma once

#include <napi.h>

#include <string>

#include "driver.h"

namespace dg {

/** A failed driver call; the fields of NativeFailure in binding.ts. */
struct DriverFailure {
  CUresult result;
  const char* call;
  /** What the addon can add to the driver's text; may be empty. */
  std::string detail = {};
};

Napi::Error toError(Napi::Env env, const Driver& driver, const DriverFailure& failure);

[[noreturn]] void throwFailure(Napi::Env env, const Driver& driver, const DriverFailure& failure);

inline void check(Napi::Env env, const Driver& driver, CUresult result, const char* call) {
  if (result != CUDA_SUCCESS) [[unlikely]] throwFailure(env, driver, {result, call});
}

}  // namespace dg
