#include <array>
#include <cstdio>

#include "call.h"
#include "functions.h"
#include "pinned.h"

namespace dg {
namespace {

constexpr uint64_t kLargestInt = 0x7fffffff;

CUdevice deviceAt(const Call& call, size_t index) {
  CUdevice device = 0;
  call.check(call.driver().DeviceGet(&device, static_cast<int>(call.arguments.integer(index, "ordinal", 0, kLargestInt))),
             "cuDeviceGet");
  return device;
}

int attributeOf(const Call& call, CUdevice device, CUdevice_attribute attribute) {
  int value = 0;
  call.check(call.driver().DeviceGetAttribute(&value, attribute, device), "cuDeviceGetAttribute");
  return value;
}

/** As nvidia-smi prints it: `GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`. */
std::string formatUuid(const CUuuid& uuid) {
  std::string text = "GPU";
  for (size_t byte = 0; byte < sizeof uuid.bytes; ++byte) {
    if (byte == 0 || byte == 4 || byte == 6 || byte == 8 || byte == 10) text += '-';
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(static_cast<unsigned char>(uuid.bytes[byte])));
    text += digits;
  }
  return text;
}

std::shared_ptr<PoolResource> createPool(const Call& call, std::shared_ptr<const PrimaryContext> context,
                                         CUdevice device) {
  CUmemPoolProps properties{};
  properties.allocType = CU_MEM_ALLOCATION_TYPE_PINNED;
  properties.handleTypes = CU_MEM_HANDLE_TYPE_NONE;
  properties.location = {CU_MEM_LOCATION_TYPE_DEVICE, device};
  CUmemoryPool pool = nullptr;
  call.check(call.driver().MemPoolCreate(&pool, &properties), "cuMemPoolCreate");
  auto resource = std::make_shared<PoolResource>(std::move(context), pool);
  // Freed memory stays in the pool: the next allocation of the size costs no trip to the system.
  cuuint64_t threshold = UINT64_MAX;
  call.check(call.driver().MemPoolSetAttribute(pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &threshold),
             "cuMemPoolSetAttribute");
  return resource;
}

}  // namespace

Napi::Value deviceCount(const Napi::CallbackInfo& info) {
  const Call call(info);
  int count = 0;
  call.check(call.driver().DeviceGetCount(&count), "cuDeviceGetCount");
  return Napi::Number::New(call.env(), count);
}

Napi::Value deviceProperties(const Napi::CallbackInfo& info) {
  const Call call(info);
  const CUdevice device = deviceAt(call, 0);
  std::array<char, 256> name{};
  call.check(call.driver().DeviceGetName(name.data(), static_cast<int>(name.size()) - 1, device), "cuDeviceGetName");
  CUuuid uuid{};
  call.check(call.driver().DeviceGetUuid(&uuid, device), "cuDeviceGetUuid");
  size_t totalMemoryBytes = 0;
  call.check(call.driver().DeviceTotalMem(&totalMemoryBytes, device), "cuDeviceTotalMem");
  const auto attribute = [&](CUdevice_attribute which) { return attributeOf(call, device, which); };

  Napi::Object properties = Napi::Object::New(call.env());
  properties.Set("name", name.data());
  properties.Set("uuid", formatUuid(uuid));
  properties.Set("computeMajor", attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR));
  properties.Set("computeMinor", attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR));
  properties.Set("multiprocessorCount", attribute(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT));
  properties.Set("sharedMemoryPerBlockOptinBytes",
                 attribute(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN));
  properties.Set("l2CacheBytes", attribute(CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE));
  properties.Set("totalMemoryBytes", static_cast<double>(totalMemoryBytes));
  properties.Set("clockKilohertz", attribute(CU_DEVICE_ATTRIBUTE_CLOCK_RATE));
  properties.Set("computeMode", attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_MODE));
  properties.Set("memoryPoolsSupported", attribute(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED) != 0);
  return properties;
}

Napi::Value deviceRetain(const Napi::CallbackInfo& info) {
  const Call call(info);
  const CUdevice device = deviceAt(call, 0);
  // Made here, where a failure can be thrown; finalisers need it later.
  call.environment().waiter();
  CUcontext context = nullptr;
  call.check(call.driver().DevicePrimaryCtxRetain(&context, device), "cuDevicePrimaryCtxRetain");
  const auto primary =
      std::make_shared<const PrimaryContext>(call.driver(), device, context, call.environment().abandoned());
  call.check(primary->makeCurrent(), "cuCtxSetCurrent");

  std::shared_ptr<PoolResource> pool;
  if (attributeOf(call, device, CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED) != 0) {
    pool = createPool(call, primary, device);
  }
  const int optinBytes = attributeOf(call, device, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
  return call.insert(call.environment().devices, std::make_shared<Device>(primary, pool, optinBytes));
}

Napi::Value deviceRelease(const Napi::CallbackInfo& info) {
  const Call call(info);
  Environment& environment = call.environment();
  std::shared_ptr<Device> owner = call.remove(environment.devices, 0);
  Device& device = *owner;
  device.queued.abortCaptures();

  // Dropped on the waiter's thread, from the last to the first.
  struct Remains {
    std::shared_ptr<Device> device;
    std::vector<std::shared_ptr<Stream>> streams;
    std::vector<std::shared_ptr<HostResource>> hosts;
    std::vector<std::shared_ptr<Event>> events;
    std::vector<std::shared_ptr<Kernel>> kernels;
    std::vector<std::shared_ptr<Graph>> graphs;
  };
  const auto ofDevice = [&](const auto& object) { return object.device == owner; };
  auto remains = std::make_shared<Remains>();
  remains->streams = environment.streams.removeIf(ofDevice);
  for (const auto& pinned : environment.pinned.removeIf(ofDevice)) remains->hosts.push_back(takeHost(*pinned));
  remains->events = environment.events.removeIf(ofDevice);
  remains->kernels = environment.kernels.removeIf(ofDevice);
  remains->graphs = environment.graphs.removeIf(ofDevice);
  remains->device = std::move(owner);
  environment.retire(device, std::move(remains));
  // It may be gone, and must not be taken for a later one at the same address.
  call.driver().CtxSetCurrent(nullptr);
  return call.env().Undefined();
}

Napi::Value deviceSynchronize(const Napi::CallbackInfo& info) {
  const Call call(info);
  call.device(0);
  call.check(call.driver().CtxSynchronize(), "cuCtxSynchronize");
  return call.env().Undefined();
}

Napi::Value deviceMemoryInfo(const Napi::CallbackInfo& info) {
  const Call call(info);
  call.device(0);
  size_t freeBytes = 0;
  size_t totalBytes = 0;
  call.check(call.driver().MemGetInfo(&freeBytes, &totalBytes), "cuMemGetInfo");
  Napi::Object result = Napi::Object::New(call.env());
  result.Set("freeBytes", static_cast<double>(freeBytes));
  result.Set("totalBytes", static_cast<double>(totalBytes));
  return result;
}

}  // namespace dg
