#include "call.h"
#include "functions.h"

namespace dg {

Napi::Value streamCreate(const Napi::CallbackInfo& info) {
  const Call call(info);
  const auto& device = call.device(0);
  CUstream stream = nullptr;
  // Non-blocking: no order with the legacy default stream, which other libraries may use.
  call.check(call.driver().StreamCreate(&stream, CU_STREAM_NON_BLOCKING), "cuStreamCreate");
  auto resource = std::make_shared<StreamResource>(device->context, stream);
  device->queued.addStream(resource);
  return call.insert(call.environment().streams, std::make_shared<Stream>(device, std::move(resource)));
}

Napi::Value streamDestroy(const Napi::CallbackInfo& info) {
  const Call call(info);
  const std::shared_ptr<Stream> stream = call.remove(call.environment().streams, 0);
  // The driver destroys the stream when its last work is done.
  stream->device->queued.removeStream(*stream->stream);
  return call.env().Undefined();
}

Napi::Value streamSynchronize(const Napi::CallbackInfo& info) {
  const Call call(info);
  call.check(call.driver().StreamSynchronize(call.stream(0)->get()), "cuStreamSynchronize");
  return call.env().Undefined();
}

Napi::Value streamWaitEvent(const Napi::CallbackInfo& info) {
  const Call call(info);
  const auto& event = call.event(1);
  const auto& stream = call.stream(0);
  call.check(call.driver().StreamWaitEvent(stream->get(), event->get(), CU_EVENT_WAIT_DEFAULT), "cuStreamWaitEvent");
  return call.env().Undefined();
}

}  // namespace dg
