#include "call.h"
#include "functions.h"

namespace dg {

Napi::Value eventCreate(const Napi::CallbackInfo& info) {
  const Call call(info);
  const auto& device = call.device(0);
  const bool timing = call.arguments.boolean(1, "timing");
  CUevent event = nullptr;
  call.check(call.driver().EventCreate(&event, timing ? CU_EVENT_DEFAULT : CU_EVENT_DISABLE_TIMING), "cuEventCreate");
  auto resource = std::make_shared<EventResource>(device->context, event);
  return call.insert(call.environment().events, std::make_shared<Event>(device, std::move(resource)));
}

Napi::Value eventRecord(const Napi::CallbackInfo& info) {
  const Call call(info);
  const auto& event = call.event(0);
  const auto& stream = call.stream(1);
  call.checkSameDevice(*event, "event", *stream, "stream");
  call.check(call.driver().EventRecord(event->get(), stream->get()), "cuEventRecord");
  return call.env().Undefined();
}

Napi::Value eventQuery(const Napi::CallbackInfo& info) {
  const Call call(info);
  const CUresult result = call.driver().EventQuery(call.event(0)->get());
  if (result != CUDA_ERROR_NOT_READY) call.check(result, "cuEventQuery");
  return Napi::Boolean::New(call.env(), result == CUDA_SUCCESS);
}

Napi::Value eventSynchronize(const Napi::CallbackInfo& info) {
  const Call call(info);
  call.check(call.driver().EventSynchronize(call.event(0)->get()), "cuEventSynchronize");
  return call.env().Undefined();
}

Napi::Value eventElapsedMilliseconds(const Napi::CallbackInfo& info) {
  const Call call(info);
  float milliseconds = 0;
  const auto& end = call.event(1);
  const auto& start = call.event(0);
  call.check(call.driver().EventElapsedTime(&milliseconds, start->get(), end->get()), "cuEventElapsedTime");
  return Napi::Number::New(call.env(), milliseconds);
}

Napi::Value eventDestroy(const Napi::CallbackInfo& info) {
  const Call call(info);
  // A pending wait holds the driver's event on its own.
  call.remove(call.environment().events, 0);
  return call.env().Undefined();
}

Napi::Value eventWait(const Napi::CallbackInfo& info) {
  const Call call(info);
  const Napi::Function done = call.arguments.function(1, "done");
  call.environment().waiter().wait(call.env(), call.event(0)->event, done);
  return call.env().Undefined();
}

}  // namespace dg
