#include "pinned.h"

#include "call.h"
#include "functions.h"

namespace dg {
namespace {

// node::Buffer, through which Node makes external ArrayBuffers, ends here.
constexpr uint64_t kMaxPinnedBytes = (uint64_t{1} << 32) - 1;

/**
 * Carried by the ArrayBuffer. Whichever comes first gives the memory up: pinnedFree (or deviceRelease),
 * which detaches the ArrayBuffer before, or the ArrayBuffer's finaliser, which empties the slot. The other
 * then finds nothing left. When the environment ended before the finaliser, the memory went with it.
 */
struct ArrayBufferOwner {
  std::weak_ptr<Environment> environment;
  std::weak_ptr<Pinned> pinned;
};

void finalizeArrayBuffer(napi_env, void*, void* hint) {
  const std::unique_ptr<ArrayBufferOwner> owner(static_cast<ArrayBufferOwner*>(hint));
  const auto environment = owner->environment.lock();
  const auto pinned = owner->pinned.lock();
  if (environment == nullptr || pinned == nullptr || pinned->host == nullptr) return;
  environment->pinned.removeIf([&](const Pinned& each) { return &each == pinned.get(); });
  // Queued copies may still use it.
  environment->retire(*pinned->device, std::move(pinned->host));
}

void* hostRange(const Call& call, const Pinned& pinned, size_t offsetIndex, uint64_t byteLength) {
  const uint64_t offset = call.arguments.integer(offsetIndex, "pinnedOffset");
  if (offset > pinned.byteLength || byteLength > pinned.byteLength - offset) {
    throwRange(call.env(), "a range within the " + std::to_string(pinned.byteLength) + " pinned bytes",
               "pinnedOffset and byteLength", std::to_string(offset) + " and " + std::to_string(byteLength));
  }
  return static_cast<uint8_t*>(pinned.host->get()) + offset;
}

}  // namespace

std::shared_ptr<HostResource> takeHost(Pinned& pinned) {
  const Napi::ArrayBuffer memory = pinned.memory.Value();
  // Not Detach(), which throws when a worker is being terminated: nobody reads the memory then.
  if (!memory.IsEmpty()) napi_detach_arraybuffer(memory.Env(), memory);
  return std::exchange(pinned.host, nullptr);
}

Napi::Value pinnedAllocate(const Napi::CallbackInfo& info) {
  const Call call(info);
  const uint64_t byteLength = call.arguments.integer(1, "byteLength", 1, kMaxPinnedBytes);
  const auto& device = call.device(0);
  void* address = nullptr;
  call.check(call.driver().MemHostAlloc(&address, byteLength, CU_MEMHOSTALLOC_PORTABLE), "cuMemHostAlloc");
  auto host = std::make_shared<HostResource>(device->context, address);
  auto pinned = std::make_shared<Pinned>(device, std::move(host), byteLength);

  auto owner = std::make_unique<ArrayBufferOwner>(call.sharedEnvironment(), pinned);
  napi_value memory = nullptr;
  const napi_status status = napi_create_external_arraybuffer(call.env(), address, byteLength, finalizeArrayBuffer,
                                                              owner.get(), &memory);
  if (status == napi_no_external_buffers_allowed) {
    throw Napi::Error::New(call.env(), "this JavaScript engine allows no external ArrayBuffers");
  }
  // From here on the finaliser owns it. It also runs when the creation fails.
  owner.release();
  if (status != napi_ok) throw Napi::Error::New(call.env());
  const Napi::ArrayBuffer arrayBuffer(call.env(), memory);
  pinned->memory = Napi::Weak(arrayBuffer);

  Napi::Object result = Napi::Object::New(call.env());
  result.Set("memory", arrayBuffer);
  result.Set("handle", call.insert(call.environment().pinned, std::move(pinned)));
  return result;
}

Napi::Value pinnedFree(const Napi::CallbackInfo& info) {
  const Call call(info);
  const std::shared_ptr<Pinned> pinned = call.remove(call.environment().pinned, 0);
  // Queued copies may still use it.
  call.environment().retire(*pinned->device, takeHost(*pinned));
  return call.env().Undefined();
}

Napi::Value copyToDevice(const Napi::CallbackInfo& info) {
  const Call call(info);
  const CUdeviceptr destination = call.arguments.integer(1, "destination");
  const uint64_t byteLength = call.arguments.integer(4, "byteLength");
  const void* source = hostRange(call, *call.pinned(2), 3, byteLength);
  const CUstream stream = call.stream(0)->get();
  if (byteLength == 0) return call.env().Undefined();
  call.check(call.driver().MemcpyHtoDAsync(destination, source, byteLength, stream), "cuMemcpyHtoDAsync");
  return call.env().Undefined();
}

Napi::Value copyToHost(const Napi::CallbackInfo& info) {
  const Call call(info);
  const CUdeviceptr source = call.arguments.integer(3, "source");
  const uint64_t byteLength = call.arguments.integer(4, "byteLength");
  void* destination = hostRange(call, *call.pinned(1), 2, byteLength);
  const CUstream stream = call.stream(0)->get();
  if (byteLength == 0) return call.env().Undefined();
  call.check(call.driver().MemcpyDtoHAsync(destination, source, byteLength, stream), "cuMemcpyDtoHAsync");
  return call.env().Undefined();
}

}  // namespace dg
