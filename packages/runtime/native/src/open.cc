#include "arguments.h"
#include "driver.h"
#include "environment.h"
#include "functions.h"

namespace dg {

Napi::Value initialize(const Napi::CallbackInfo& info) {
  Environment::of(info.Env())->initialize(Arguments(info).boolean(0, "isMainThread"));
  return info.Env().Undefined();
}

Napi::Value open(const Napi::CallbackInfo& info) {
  const OpenOutcome& outcome = openDriver();
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("ok", outcome.ok());
  result.Set("reason", outcome.reason);
  result.Set("detail", outcome.detail);
  result.Set("cuResult", static_cast<double>(outcome.result));
  result.Set("cuResultName",
             outcome.result == CUDA_SUCCESS ? "CUDA_SUCCESS" : outcome.driver.resultName(outcome.result));
  result.Set("driverVersion", outcome.driverVersion);
  return result;
}

}  // namespace dg
