#include "errors.h"

namespace dg {

Napi::Error toError(Napi::Env env, const Driver& driver, const DriverFailure& failure) {
  std::string message = std::string(failure.call) + ": " + driver.resultText(failure.result);
  if (!failure.detail.empty()) message += " (" + failure.detail + ")";
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("cuResult", Napi::Number::New(env, static_cast<double>(failure.result)));
  error.Set("cuResultName", Napi::String::New(env, driver.resultName(failure.result)));
  error.Set("cuCall", Napi::String::New(env, failure.call));
  return error;
}

void throwFailure(Napi::Env env, const Driver& driver, const DriverFailure& failure) {
  throw toError(env, driver, failure);
}

}  // namespace dg
