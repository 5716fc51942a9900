// A libcuda.so.1 that computes on host memory. It has what the addon uses, with the driver's own
// asynchrony: streams are threads, events complete later, graphs record and replay, faults are sticky.
//
// Kernels are images of the form `FAKEKERNEL:name`, or `FAKEKERNEL:name:8,4,128` to declare other
// parameter sizes. fake-kernels.cc has the names. Any entry name is found but `missing`.
//
// FAKE_CUDA_DEVICES              how many devices, 1 when unset
// FAKE_CUDA_DRIVER_VERSION       13000 when unset
// FAKE_CUDA_INIT_RESULT          CUresult of cuInit
// FAKE_CUDA_MISSING_SYMBOL       a function that cuGetProcAddress does not find
// FAKE_CUDA_MEMORY_LIMIT_BYTES   memory of a device, 1 GiB when unset
// FAKE_CUDA_NO_MEMORY_POOLS      1: the device has no memory pools
// FAKE_CUDA_TRACE                a file that gets a line for each call that creates, frees or waits
#include <cudaTypedefs.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <set>

#include "fake-machine.h"

namespace fake {
namespace {

constexpr size_t kMaxDevices = 8;
constexpr uint64_t kGibibyte = uint64_t{1} << 30;
constexpr int kSharedMemoryOptinBytes = 232448;

std::array<Context, kMaxDevices>& contexts() {
  static auto& all = *new std::array<Context, kMaxDevices>();
  return all;
}

int deviceCountKnob() { return static_cast<int>(std::min<uint64_t>(knob("FAKE_CUDA_DEVICES", 1), kMaxDevices)); }

thread_local Context* current = nullptr;

Stream* streamOf(CUstream stream) { return reinterpret_cast<Stream*>(stream); }
Event* eventOf(CUevent event) { return reinterpret_cast<Event*>(event); }

CUresult contextState() {
  if (current == nullptr || current->references == 0) return CUDA_ERROR_INVALID_CONTEXT;
  return current->fault;
}

/** What every call on a stream fails with, if anything. */
CUresult streamState(Stream& stream) {
  if (current == nullptr || current->references == 0) return CUDA_ERROR_INVALID_CONTEXT;
  return stream.context.fault;
}

CUresult refuseWhileCapturing(Stream& stream) {
  const std::lock_guard lock(stream.mutex);
  if (!stream.capturing) return CUDA_SUCCESS;
  stream.captureInvalid = true;
  return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
}

void setFault(Context& context, CUresult result) {
  CUresult none = CUDA_SUCCESS;
  context.fault.compare_exchange_strong(none, result);
}

CUresult enqueue(CUstream handle, Operation operation) {
  Stream& stream = *streamOf(handle);
  if (const CUresult state = streamState(stream); state != CUDA_SUCCESS) return state;
  stream.enqueue([operation = std::move(operation)](Context& context) {
    if (context.fault == CUDA_SUCCESS) operation(context);
  });
  return CUDA_SUCCESS;
}

// errors

struct ResultText {
  CUresult result;
  const char* name;
  const char* text;
};

constexpr ResultText kResults[] = {
    {CUDA_SUCCESS, "CUDA_SUCCESS", "no error"},
    {CUDA_ERROR_INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {CUDA_ERROR_OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {CUDA_ERROR_NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {CUDA_ERROR_NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {CUDA_ERROR_INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {CUDA_ERROR_INVALID_IMAGE, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
    {CUDA_ERROR_INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {CUDA_ERROR_INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {CUDA_ERROR_NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {CUDA_ERROR_NOT_READY, "CUDA_ERROR_NOT_READY", "device not ready"},
    {CUDA_ERROR_ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {CUDA_ERROR_NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
    {CUDA_ERROR_SYSTEM_NOT_READY, "CUDA_ERROR_SYSTEM_NOT_READY", "system not yet initialized"},
    {CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
     "system has unsupported display driver / cuda driver combination"},
    {CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
     "operation not permitted when stream is capturing"},
    {CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
     "operation failed due to a previous error during capture"},
    {CUDA_ERROR_ILLEGAL_STATE, "CUDA_ERROR_ILLEGAL_STATE", "the operation cannot be performed in the present state"},
    {CUDA_ERROR_CAPTURED_EVENT, "CUDA_ERROR_CAPTURED_EVENT",
     "operation not permitted on an event last recorded in a capturing stream"},
};

CUresult findText(CUresult result, const char** out, const char* ResultText::* member) {
  for (const ResultText& each : kResults) {
    if (each.result != result) continue;
    *out = each.*member;
    return CUDA_SUCCESS;
  }
  *out = nullptr;
  return CUDA_ERROR_INVALID_VALUE;
}

CUresult getErrorName(CUresult result, const char** out) { return findText(result, out, &ResultText::name); }
CUresult getErrorString(CUresult result, const char** out) { return findText(result, out, &ResultText::text); }

// devices and contexts

CUresult init(unsigned) { return static_cast<CUresult>(knob("FAKE_CUDA_INIT_RESULT", 0)); }

CUresult driverGetVersion(int* version) {
  *version = static_cast<int>(knob("FAKE_CUDA_DRIVER_VERSION", 13000));
  return CUDA_SUCCESS;
}

CUresult deviceGetCount(int* count) {
  *count = deviceCountKnob();
  return CUDA_SUCCESS;
}

CUresult deviceGet(CUdevice* device, int ordinal) {
  if (ordinal < 0 || ordinal >= deviceCountKnob()) return CUDA_ERROR_INVALID_DEVICE;
  *device = ordinal;
  return CUDA_SUCCESS;
}

CUresult deviceGetName(char* name, int length, CUdevice device) {
  const std::string text = "Fake GPU " + std::to_string(device);
  std::strncpy(name, text.c_str(), static_cast<size_t>(length));
  return CUDA_SUCCESS;
}

CUresult deviceGetUuid(CUuuid* uuid, CUdevice device) {
  for (size_t byte = 0; byte < sizeof uuid->bytes; ++byte) uuid->bytes[byte] = static_cast<char>(0xf0 + byte);
  uuid->bytes[15] = static_cast<char>(device);
  return CUDA_SUCCESS;
}

CUresult deviceGetAttribute(int* value, CUdevice_attribute attribute, CUdevice) {
  switch (attribute) {
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR: *value = 9; break;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR: *value = 0; break;
    case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT: *value = 132; break;
    case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN: *value = kSharedMemoryOptinBytes; break;
    case CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE: *value = 50 << 20; break;
    case CU_DEVICE_ATTRIBUTE_CLOCK_RATE: *value = 1980000; break;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_MODE: *value = CU_COMPUTEMODE_DEFAULT; break;
    case CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED: *value = knob("FAKE_CUDA_NO_MEMORY_POOLS", 0) == 0; break;
    default: return CUDA_ERROR_INVALID_VALUE;
  }
  return CUDA_SUCCESS;
}

uint64_t memoryLimitBytes() { return knob("FAKE_CUDA_MEMORY_LIMIT_BYTES", kGibibyte); }

CUresult deviceTotalMem(size_t* bytes, CUdevice) {
  *bytes = memoryLimitBytes();
  return CUDA_SUCCESS;
}

CUresult primaryCtxRetain(CUcontext* out, CUdevice device) {
  trace("cuDevicePrimaryCtxRetain " + std::to_string(device));
  Context& context = contexts()[static_cast<size_t>(device)];
  context.ordinal = device;
  ++context.references;
  *out = reinterpret_cast<CUcontext>(&context);
  return CUDA_SUCCESS;
}

CUresult primaryCtxRelease(CUdevice device) {
  trace("cuDevicePrimaryCtxRelease " + std::to_string(device));
  Context& context = contexts()[static_cast<size_t>(device)];
  if (context.references == 0) return CUDA_ERROR_INVALID_CONTEXT;
  --context.references;
  return CUDA_SUCCESS;
}

CUresult ctxGetCurrent(CUcontext* out) {
  *out = reinterpret_cast<CUcontext>(current);
  return CUDA_SUCCESS;
}

CUresult ctxSetCurrent(CUcontext context) {
  current = reinterpret_cast<Context*>(context);
  return CUDA_SUCCESS;
}

CUresult ctxSynchronize() {
  trace("cuCtxSynchronize");
  if (const CUresult state = contextState(); state != CUDA_SUCCESS) return state;
  std::vector<Stream*> streams;
  {
    const std::lock_guard lock(current->streamsMutex);
    streams = current->streams;
  }
  for (Stream* stream : streams) stream->waitIdle();
  return current->fault;
}

CUresult memGetInfo(size_t* freeBytes, size_t* totalBytes) {
  if (const CUresult state = contextState(); state != CUDA_SUCCESS) return state;
  *totalBytes = memoryLimitBytes();
  *freeBytes = memoryLimitBytes() - current->usedBytes;
  return CUDA_SUCCESS;
}

// streams and graphs

CUresult streamCreate(CUstream* out, unsigned) {
  trace("cuStreamCreate");
  if (const CUresult state = contextState(); state != CUDA_SUCCESS) return state;
  auto* stream = new Stream(*current);
  const std::lock_guard lock(current->streamsMutex);
  current->streams.push_back(stream);
  *out = reinterpret_cast<CUstream>(stream);
  return CUDA_SUCCESS;
}

CUresult streamDestroy(CUstream handle) {
  trace("cuStreamDestroy");
  Stream* stream = streamOf(handle);
  {
    const std::lock_guard lock(stream->context.streamsMutex);
    std::erase(stream->context.streams, stream);
  }
  stream->close();
  return CUDA_SUCCESS;
}

CUresult streamSynchronize(CUstream handle) {
  trace("cuStreamSynchronize");
  Stream& stream = *streamOf(handle);
  if (const CUresult state = streamState(stream); state != CUDA_SUCCESS) return state;
  if (const CUresult refused = refuseWhileCapturing(stream); refused != CUDA_SUCCESS) return refused;
  stream.waitIdle();
  return stream.context.fault;
}

CUresult streamQuery(CUstream handle) {
  Stream& stream = *streamOf(handle);
  if (const CUresult state = streamState(stream); state != CUDA_SUCCESS) return state;
  if (const CUresult refused = refuseWhileCapturing(stream); refused != CUDA_SUCCESS) return refused;
  return stream.idle() ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}

CUresult streamWaitEvent(CUstream handle, CUevent eventHandle, unsigned) {
  Event& event = *eventOf(eventHandle);
  uint64_t wanted = 0;
  {
    const std::lock_guard lock(event.mutex);
    wanted = event.recorded;
  }
  return enqueue(handle, [&event, wanted](Context&) {
    std::unique_lock lock(event.mutex);
    event.changed.wait(lock, [&] { return event.completed >= wanted; });
  });
}

CUresult streamIsCapturing(CUstream handle, CUstreamCaptureStatus* status) {
  Stream& stream = *streamOf(handle);
  const std::lock_guard lock(stream.mutex);
  *status = stream.capturing ? CU_STREAM_CAPTURE_STATUS_ACTIVE : CU_STREAM_CAPTURE_STATUS_NONE;
  return CUDA_SUCCESS;
}

CUresult streamBeginCapture(CUstream handle, CUstreamCaptureMode) {
  Stream& stream = *streamOf(handle);
  if (const CUresult state = streamState(stream); state != CUDA_SUCCESS) return state;
  const std::lock_guard lock(stream.mutex);
  if (stream.capturing) return CUDA_ERROR_ILLEGAL_STATE;
  stream.capturing = true;
  stream.captureInvalid = false;
  stream.recording.clear();
  return CUDA_SUCCESS;
}

CUresult streamEndCapture(CUstream handle, CUgraph* out) {
  Stream& stream = *streamOf(handle);
  *out = nullptr;
  const std::lock_guard lock(stream.mutex);
  if (!stream.capturing) return CUDA_ERROR_ILLEGAL_STATE;
  stream.capturing = false;
  if (stream.captureInvalid) return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
  trace("cuStreamEndCapture");
  *out = reinterpret_cast<CUgraph>(new Graph{std::move(stream.recording)});
  stream.recording.clear();
  return CUDA_SUCCESS;
}

CUresult graphInstantiate(CUgraphExec* out, CUgraph graph, unsigned long long) {
  trace("cuGraphInstantiate");
  *out = reinterpret_cast<CUgraphExec>(new Graph(*reinterpret_cast<Graph*>(graph)));
  return CUDA_SUCCESS;
}

CUresult graphDestroy(CUgraph graph) {
  trace("cuGraphDestroy");
  delete reinterpret_cast<Graph*>(graph);
  return CUDA_SUCCESS;
}

CUresult graphExecDestroy(CUgraphExec graph) {
  trace("cuGraphExecDestroy");
  delete reinterpret_cast<Graph*>(graph);
  return CUDA_SUCCESS;
}

CUresult graphLaunch(CUgraphExec graph, CUstream handle) {
  Stream& stream = *streamOf(handle);
  if (const CUresult state = streamState(stream); state != CUDA_SUCCESS) return state;
  for (const Operation& operation : reinterpret_cast<Graph*>(graph)->operations) stream.enqueue(operation);
  return CUDA_SUCCESS;
}

// events

/** Events are never deleted: operations in the queues may refer to them. */
std::set<CUevent>& liveEvents() {
  static auto& all = *new std::set<CUevent>();
  return all;
}

std::mutex& liveEventsMutex() {
  static auto& mutex = *new std::mutex();
  return mutex;
}

bool isLive(CUevent event) {
  const std::lock_guard lock(liveEventsMutex());
  return liveEvents().contains(event);
}

CUresult eventCreate(CUevent* out, unsigned) {
  if (const CUresult state = contextState(); state != CUDA_SUCCESS) return state;
  auto* event = new Event();
  event->context = current;
  *out = reinterpret_cast<CUevent>(event);
  const std::lock_guard lock(liveEventsMutex());
  liveEvents().insert(*out);
  return CUDA_SUCCESS;
}

CUresult eventDestroy(CUevent event) {
  trace("cuEventDestroy");
  const std::lock_guard lock(liveEventsMutex());
  return liveEvents().erase(event) == 1 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult eventRecord(CUevent handle, CUstream streamHandle) {
  if (!isLive(handle)) return CUDA_ERROR_INVALID_HANDLE;
  Stream& stream = *streamOf(streamHandle);
  if (const CUresult state = streamState(stream); state != CUDA_SUCCESS) return state;
  Event& event = *eventOf(handle);
  if (event.context != &stream.context) return CUDA_ERROR_INVALID_HANDLE;
  bool capturing = false;
  {
    const std::lock_guard lock(stream.mutex);
    capturing = stream.capturing;
  }
  uint64_t number = 0;
  {
    const std::lock_guard lock(event.mutex);
    event.captured = capturing;
    if (capturing) return CUDA_SUCCESS;
    number = ++event.recorded;
  }
  stream.enqueue([&event, number](Context&) {
    const std::lock_guard lock(event.mutex);
    event.completed = std::max(event.completed, number);
    event.completedAt = Clock::now();
    event.changed.notify_all();
  });
  return CUDA_SUCCESS;
}

CUresult eventQuery(CUevent handle) {
  if (!isLive(handle)) return CUDA_ERROR_INVALID_HANDLE;
  Event& event = *eventOf(handle);
  if (event.context->fault != CUDA_SUCCESS) return event.context->fault;
  const std::lock_guard lock(event.mutex);
  if (event.captured) return CUDA_ERROR_CAPTURED_EVENT;
  return event.completed >= event.recorded ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}

CUresult eventSynchronize(CUevent handle) {
  trace("cuEventSynchronize");
  if (!isLive(handle)) return CUDA_ERROR_INVALID_HANDLE;
  Event& event = *eventOf(handle);
  if (event.context->fault != CUDA_SUCCESS) return event.context->fault;
  std::unique_lock lock(event.mutex);
  if (event.captured) return CUDA_ERROR_CAPTURED_EVENT;
  event.changed.wait(lock, [&, wanted = event.recorded] { return event.completed >= wanted; });
  return event.context->fault;
}

CUresult eventElapsedTime(float* milliseconds, CUevent start, CUevent end) {
  if (!isLive(start) || !isLive(end)) return CUDA_ERROR_INVALID_HANDLE;
  if (const CUresult result = eventQuery(start); result != CUDA_SUCCESS) return result;
  if (const CUresult result = eventQuery(end); result != CUDA_SUCCESS) return result;
  if (eventOf(start)->recorded == 0 || eventOf(end)->recorded == 0) return CUDA_ERROR_INVALID_HANDLE;
  const auto elapsed = eventOf(end)->completedAt - eventOf(start)->completedAt;
  *milliseconds = std::chrono::duration<float, std::milli>(elapsed).count();
  return CUDA_SUCCESS;
}

// memory

CUresult allocate(Context& context, CUdeviceptr* out, size_t byteLength) {
  if (byteLength == 0) return CUDA_ERROR_INVALID_VALUE;
  const uint64_t used = context.usedBytes;
  if (byteLength > memoryLimitBytes() || used > memoryLimitBytes() - byteLength) return CUDA_ERROR_OUT_OF_MEMORY;
  // As far aligned as the real ones are.
  void* memory = std::aligned_alloc(256, (byteLength + 255) / 256 * 256);
  if (memory == nullptr) return CUDA_ERROR_OUT_OF_MEMORY;
  std::memset(memory, 0xcd, byteLength);
  context.usedBytes += byteLength;
  *out = reinterpret_cast<CUdeviceptr>(memory);
  addressSpace().add(*out, byteLength);
  return CUDA_SUCCESS;
}

CUresult release(Context& context, CUdeviceptr address) {
  const uint64_t byteLength = addressSpace().remove(address);
  if (byteLength == 0) return CUDA_ERROR_INVALID_VALUE;
  context.usedBytes -= byteLength;
  std::free(reinterpret_cast<void*>(address));
  return CUDA_SUCCESS;
}

CUresult poolCreate(CUmemoryPool* out, const CUmemPoolProps* properties) {
  trace("cuMemPoolCreate");
  *out = reinterpret_cast<CUmemoryPool>(new Pool{&contexts()[static_cast<size_t>(properties->location.id)]});
  return CUDA_SUCCESS;
}

CUresult poolSetAttribute(CUmemoryPool, CUmemPool_attribute, void*) { return CUDA_SUCCESS; }

CUresult poolDestroy(CUmemoryPool pool) {
  trace("cuMemPoolDestroy");
  delete reinterpret_cast<Pool*>(pool);
  return CUDA_SUCCESS;
}

CUresult allocFromPoolAsync(CUdeviceptr* out, size_t byteLength, CUmemoryPool, CUstream handle) {
  Stream& stream = *streamOf(handle);
  if (const CUresult state = streamState(stream); state != CUDA_SUCCESS) return state;
  return allocate(stream.context, out, byteLength);
}

CUresult freeAsync(CUdeviceptr address, CUstream stream) {
  trace("cuMemFreeAsync");
  if (!addressSpace().contains(address, 1)) return CUDA_ERROR_INVALID_VALUE;
  return enqueue(stream, [address](Context& context) {
    if (release(context, address) != CUDA_SUCCESS) setFault(context, CUDA_ERROR_ILLEGAL_ADDRESS);
  });
}

CUresult memAlloc(CUdeviceptr* out, size_t byteLength) {
  if (const CUresult state = contextState(); state != CUDA_SUCCESS) return state;
  return allocate(*current, out, byteLength);
}

CUresult memFree(CUdeviceptr address) {
  trace("cuMemFree");
  if (const CUresult state = contextState(); state != CUDA_SUCCESS) return state;
  if (const CUresult result = ctxSynchronize(); result != CUDA_SUCCESS) return result;
  return release(*current, address);
}

CUresult hostAlloc(void** out, size_t byteLength, unsigned) {
  trace("cuMemHostAlloc");
  if (const CUresult state = contextState(); state != CUDA_SUCCESS) return state;
  if (byteLength > memoryLimitBytes()) return CUDA_ERROR_OUT_OF_MEMORY;
  *out = std::malloc(byteLength);
  if (*out == nullptr) return CUDA_ERROR_OUT_OF_MEMORY;
  addressSpace().add(reinterpret_cast<uint64_t>(*out), byteLength);
  return CUDA_SUCCESS;
}

CUresult freeHost(void* memory) {
  trace("cuMemFreeHost");
  if (addressSpace().remove(reinterpret_cast<uint64_t>(memory)) == 0) return CUDA_ERROR_INVALID_VALUE;
  std::free(memory);
  return CUDA_SUCCESS;
}

struct Rows {
  uint64_t address;
  uint64_t pitchBytes;
};

uint64_t extent(const Rows& rows, size_t rowBytes, size_t height) { return rows.pitchBytes * (height - 1) + rowBytes; }

CUresult enqueueCopy(CUstream stream, Rows destination, Rows source, size_t rowBytes, size_t height) {
  return enqueue(stream, [=](Context& context) {
    if (!addressSpace().contains(destination.address, extent(destination, rowBytes, height)) ||
        !addressSpace().contains(source.address, extent(source, rowBytes, height))) {
      return setFault(context, CUDA_ERROR_ILLEGAL_ADDRESS);
    }
    for (size_t row = 0; row < height; ++row) {
      std::memmove(reinterpret_cast<void*>(destination.address + row * destination.pitchBytes),
                   reinterpret_cast<const void*>(source.address + row * source.pitchBytes), rowBytes);
    }
  });
}

CUresult enqueueSet(CUstream stream, Rows destination, unsigned char value, size_t rowBytes, size_t height) {
  return enqueue(stream, [=](Context& context) {
    if (!addressSpace().contains(destination.address, extent(destination, rowBytes, height))) {
      return setFault(context, CUDA_ERROR_ILLEGAL_ADDRESS);
    }
    for (size_t row = 0; row < height; ++row) {
      std::memset(reinterpret_cast<void*>(destination.address + row * destination.pitchBytes), value, rowBytes);
    }
  });
}

/** CU_DEVICE_ATTRIBUTE_MAX_PITCH of all GPUs so far. */
constexpr size_t kMaxPitchBytes = 0x7fffffff;

CUresult setD8(CUdeviceptr address, unsigned char value, size_t count, CUstream stream) {
  return enqueueSet(stream, {address, count}, value, count, 1);
}

CUresult setD2D8(CUdeviceptr address, size_t pitchBytes, unsigned char value, size_t width, size_t height,
                 CUstream stream) {
  if (pitchBytes < width || pitchBytes > kMaxPitchBytes) return CUDA_ERROR_INVALID_VALUE;
  return enqueueSet(stream, {address, pitchBytes}, value, width, height);
}

CUresult copyDtoD(CUdeviceptr destination, CUdeviceptr source, size_t byteLength, CUstream stream) {
  return enqueueCopy(stream, {destination, byteLength}, {source, byteLength}, byteLength, 1);
}

CUresult copy2d(const CUDA_MEMCPY2D* copy, CUstream stream) {
  if (copy->srcMemoryType != CU_MEMORYTYPE_DEVICE || copy->dstMemoryType != CU_MEMORYTYPE_DEVICE ||
      copy->srcPitch < copy->WidthInBytes || copy->dstPitch < copy->WidthInBytes ||
      copy->srcPitch > kMaxPitchBytes || copy->dstPitch > kMaxPitchBytes) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  return enqueueCopy(stream, {copy->dstDevice, copy->dstPitch}, {copy->srcDevice, copy->srcPitch}, copy->WidthInBytes,
                     copy->Height);
}

CUresult copyHtoD(CUdeviceptr destination, const void* source, size_t byteLength, CUstream stream) {
  return copyDtoD(destination, reinterpret_cast<CUdeviceptr>(source), byteLength, stream);
}

CUresult copyDtoH(void* destination, CUdeviceptr source, size_t byteLength, CUstream stream) {
  return copyDtoD(reinterpret_cast<CUdeviceptr>(destination), source, byteLength, stream);
}

// kernels

CUresult moduleLoad(CUmodule* out, const void* image, unsigned optionCount, CUjit_option* options, void** values) {
  trace("cuModuleLoadDataEx");
  if (const CUresult state = contextState(); state != CUDA_SUCCESS) return state;
  std::string log;
  auto kernel = parseKernelImage(static_cast<const char*>(image), log);
  char* logBuffer = nullptr;
  size_t logBytes = 0;
  for (unsigned index = 0; index < optionCount; ++index) {
    if (options[index] == CU_JIT_ERROR_LOG_BUFFER) logBuffer = static_cast<char*>(values[index]);
    if (options[index] == CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES) logBytes = reinterpret_cast<size_t>(values[index]);
  }
  if (kernel == nullptr) {
    if (logBuffer != nullptr) std::strncpy(logBuffer, log.c_str(), logBytes);
    return CUDA_ERROR_INVALID_IMAGE;
  }
  *out = reinterpret_cast<CUmodule>(kernel.release());
  return CUDA_SUCCESS;
}

CUresult moduleGetFunction(CUfunction* out, CUmodule module, const char* name) {
  if (std::strcmp(name, "missing") == 0) return CUDA_ERROR_NOT_FOUND;
  *out = reinterpret_cast<CUfunction>(module);
  return CUDA_SUCCESS;
}

CUresult moduleUnload(CUmodule module) {
  trace("cuModuleUnload");
  delete reinterpret_cast<KernelImage*>(module);
  return CUDA_SUCCESS;
}

constexpr int kStaticSharedBytes = 1024;

CUresult funcGetAttribute(int* value, CUfunction_attribute attribute, CUfunction function) {
  if (const CUresult state = contextState(); state != CUDA_SUCCESS) return state;
  const auto& kernel = *reinterpret_cast<KernelImage*>(function);
  switch (attribute) {
    case CU_FUNC_ATTRIBUTE_NUM_REGS: *value = 168; break;
    case CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES: *value = 16; break;
    case CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES: *value = kStaticSharedBytes; break;
    case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK: *value = 384; break;
    case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES: *value = kernel.maxDynamicSharedBytes; break;
    default: return CUDA_ERROR_INVALID_VALUE;
  }
  return CUDA_SUCCESS;
}

CUresult funcSetAttribute(CUfunction function, CUfunction_attribute attribute, int value) {
  auto& kernel = *reinterpret_cast<KernelImage*>(function);
  if (attribute == CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED) {
    kernel.nonPortableCluster = value != 0;
    return CUDA_SUCCESS;
  }
  if (attribute != CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES) return CUDA_ERROR_INVALID_VALUE;
  if (value < 0 || value + kStaticSharedBytes > kSharedMemoryOptinBytes) return CUDA_ERROR_INVALID_VALUE;
  kernel.maxDynamicSharedBytes = value;
  return CUDA_SUCCESS;
}

CUresult funcGetParamInfo(CUfunction function, size_t index, size_t* offset, size_t* size) {
  const auto& kernel = *reinterpret_cast<KernelImage*>(function);
  if (index >= kernel.parameterBytes.size()) return CUDA_ERROR_INVALID_VALUE;
  *offset = 0;
  *size = kernel.parameterBytes[index];
  return CUDA_SUCCESS;
}

bool isValid(const LaunchRecord& record, const KernelImage& kernel) {
  uint64_t threads = 1;
  uint64_t clusterBlocks = 1;
  for (size_t axis = 0; axis < 3; ++axis) {
    if (record.grid[axis] == 0 || record.block[axis] == 0 || record.block[axis] > 1024) return false;
    if (record.cluster[axis] == 0 || record.cluster[axis] > 16 || record.grid[axis] % record.cluster[axis] != 0) {
      return false;
    }
    threads *= record.block[axis];
    clusterBlocks *= record.cluster[axis];
  }
  return threads <= 1024 && clusterBlocks <= (kernel.nonPortableCluster ? 16 : 8) &&
         record.dynamicSharedMemoryBytes <= static_cast<uint32_t>(kernel.maxDynamicSharedBytes);
}

CUresult launchKernelEx(const CUlaunchConfig* config, CUfunction function, void** parameters, void**) {
  const auto& kernel = *reinterpret_cast<KernelImage*>(function);
  Invocation invocation{};
  invocation.record = {{config->gridDimX, config->gridDimY, config->gridDimZ},
                       {config->blockDimX, config->blockDimY, config->blockDimZ},
                       {1, 1, 1},
                       config->sharedMemBytes,
                       0,
                       static_cast<uint32_t>(kernel.parameterBytes.size())};
  for (unsigned index = 0; index < config->numAttrs; ++index) {
    const CUlaunchAttribute& attribute = config->attrs[index];
    if (attribute.id == CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION) {
      const auto& dim = attribute.value.clusterDim;
      std::copy_n(std::array{dim.x, dim.y, dim.z}.begin(), 3, invocation.record.cluster);
    } else if (attribute.id == CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION) {
      invocation.record.dependentLaunch = attribute.value.programmaticStreamSerializationAllowed != 0;
    } else {
      return CUDA_ERROR_INVALID_VALUE;
    }
  }
  if (!isValid(invocation.record, kernel)) return CUDA_ERROR_INVALID_VALUE;
  for (size_t index = 0; index < kernel.parameterBytes.size(); ++index) {
    const auto* bytes = static_cast<const uint8_t*>(parameters[index]);
    invocation.parameters.emplace_back(bytes, bytes + kernel.parameterBytes[index]);
  }
  return enqueue(config->hStream, [execute = kernel.execute, invocation = std::move(invocation)](Context& context) {
    execute(context, invocation);
  });
}

CUresult encodeTiled(CUtensorMap* map, CUtensorMapDataType element, cuuint32_t rank, void* address,
                     const cuuint64_t* dims, const cuuint64_t* stridesBytes, const cuuint32_t* box,
                     const cuuint32_t* elementStrides, CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle,
                     CUtensorMapL2promotion l2Promotion, CUtensorMapFloatOOBfill) {
  EncodedTensorMap encoded{};
  encoded.address = reinterpret_cast<uint64_t>(address);
  encoded.element = element;
  encoded.rank = rank;
  encoded.swizzle = swizzle;
  encoded.l2Promotion = l2Promotion;
  encoded.interleave = interleave;
  bool valid = reinterpret_cast<uint64_t>(map) % 64 == 0 && encoded.address % 16 == 0 && rank >= 1 && rank <= 5 &&
               element <= CU_TENSOR_MAP_DATA_TYPE_TFLOAT32_FTZ && swizzle <= CU_TENSOR_MAP_SWIZZLE_128B &&
               l2Promotion <= CU_TENSOR_MAP_L2_PROMOTION_L2_256B;
  for (cuuint32_t dim = 0; valid && dim < rank; ++dim) {
    encoded.dims[dim] = dims[dim];
    encoded.box[dim] = box[dim];
    valid = dims[dim] >= 1 && dims[dim] <= uint64_t{1} << 32 && box[dim] >= 1 && box[dim] <= 256 &&
            elementStrides[dim] == 1;
    if (dim + 1 == rank) break;
    encoded.stridesBytes[dim] = stridesBytes[dim];
    valid = valid && stridesBytes[dim] % 16 == 0 && stridesBytes[dim] < uint64_t{1} << 40;
  }
  if (!valid) return CUDA_ERROR_INVALID_VALUE;
  std::memset(map, 0, sizeof *map);
  std::memcpy(map, &encoded, sizeof encoded);
  return CUDA_SUCCESS;
}

// the table

struct Symbol {
  const char* name;
  int version;
  void* address;
};

template <typename Function>
Symbol symbol(const char* name, int version, Function function) {
  return {name, version, reinterpret_cast<void*>(function)};
}

#define FAKE_SYMBOL(name, version, function) \
  symbol<PFN_##name##_v##version>(#name, version, function)

const std::vector<Symbol>& symbols() {
  static const auto& all = *new std::vector<Symbol>{
      FAKE_SYMBOL(cuInit, 2000, init),
      FAKE_SYMBOL(cuDriverGetVersion, 2020, driverGetVersion),
      FAKE_SYMBOL(cuGetErrorName, 6000, getErrorName),
      FAKE_SYMBOL(cuGetErrorString, 6000, getErrorString),
      FAKE_SYMBOL(cuDeviceGetCount, 2000, deviceGetCount),
      FAKE_SYMBOL(cuDeviceGet, 2000, deviceGet),
      FAKE_SYMBOL(cuDeviceGetName, 2000, deviceGetName),
      FAKE_SYMBOL(cuDeviceGetUuid, 11040, deviceGetUuid),
      FAKE_SYMBOL(cuDeviceGetAttribute, 2000, deviceGetAttribute),
      FAKE_SYMBOL(cuDeviceTotalMem, 3020, deviceTotalMem),
      FAKE_SYMBOL(cuDevicePrimaryCtxRetain, 7000, primaryCtxRetain),
      FAKE_SYMBOL(cuDevicePrimaryCtxRelease, 11000, primaryCtxRelease),
      FAKE_SYMBOL(cuCtxGetCurrent, 4000, ctxGetCurrent),
      FAKE_SYMBOL(cuCtxSetCurrent, 4000, ctxSetCurrent),
      FAKE_SYMBOL(cuCtxSynchronize, 2000, ctxSynchronize),
      FAKE_SYMBOL(cuMemGetInfo, 3020, memGetInfo),
      FAKE_SYMBOL(cuStreamCreate, 2000, streamCreate),
      FAKE_SYMBOL(cuStreamDestroy, 4000, streamDestroy),
      FAKE_SYMBOL(cuStreamSynchronize, 2000, streamSynchronize),
      FAKE_SYMBOL(cuStreamQuery, 2000, streamQuery),
      FAKE_SYMBOL(cuStreamWaitEvent, 3020, streamWaitEvent),
      FAKE_SYMBOL(cuStreamIsCapturing, 10000, streamIsCapturing),
      FAKE_SYMBOL(cuStreamBeginCapture, 10010, streamBeginCapture),
      FAKE_SYMBOL(cuStreamEndCapture, 10000, streamEndCapture),
      FAKE_SYMBOL(cuGraphInstantiateWithFlags, 11040, graphInstantiate),
      FAKE_SYMBOL(cuGraphDestroy, 10000, graphDestroy),
      FAKE_SYMBOL(cuGraphExecDestroy, 10000, graphExecDestroy),
      FAKE_SYMBOL(cuGraphLaunch, 10000, graphLaunch),
      FAKE_SYMBOL(cuEventCreate, 2000, eventCreate),
      FAKE_SYMBOL(cuEventRecord, 2000, eventRecord),
      FAKE_SYMBOL(cuEventQuery, 2000, eventQuery),
      FAKE_SYMBOL(cuEventSynchronize, 2000, eventSynchronize),
      FAKE_SYMBOL(cuEventElapsedTime, 2000, eventElapsedTime),
      FAKE_SYMBOL(cuEventDestroy, 4000, eventDestroy),
      FAKE_SYMBOL(cuMemPoolCreate, 11020, poolCreate),
      FAKE_SYMBOL(cuMemPoolSetAttribute, 11020, poolSetAttribute),
      FAKE_SYMBOL(cuMemPoolDestroy, 11020, poolDestroy),
      FAKE_SYMBOL(cuMemAllocFromPoolAsync, 11020, allocFromPoolAsync),
      FAKE_SYMBOL(cuMemFreeAsync, 11020, freeAsync),
      FAKE_SYMBOL(cuMemAlloc, 3020, memAlloc),
      FAKE_SYMBOL(cuMemFree, 3020, memFree),
      FAKE_SYMBOL(cuMemsetD8Async, 3020, setD8),
      FAKE_SYMBOL(cuMemsetD2D8Async, 3020, setD2D8),
      FAKE_SYMBOL(cuMemcpyDtoDAsync, 3020, copyDtoD),
      FAKE_SYMBOL(cuMemcpy2DAsync, 3020, copy2d),
      FAKE_SYMBOL(cuMemcpyHtoDAsync, 3020, copyHtoD),
      FAKE_SYMBOL(cuMemcpyDtoHAsync, 3020, copyDtoH),
      FAKE_SYMBOL(cuMemHostAlloc, 2020, hostAlloc),
      FAKE_SYMBOL(cuMemFreeHost, 2000, freeHost),
      FAKE_SYMBOL(cuModuleLoadDataEx, 2010, moduleLoad),
      FAKE_SYMBOL(cuModuleGetFunction, 2000, moduleGetFunction),
      FAKE_SYMBOL(cuModuleUnload, 2000, moduleUnload),
      FAKE_SYMBOL(cuFuncGetAttribute, 2020, funcGetAttribute),
      FAKE_SYMBOL(cuFuncSetAttribute, 9000, funcSetAttribute),
      symbol("cuFuncGetParamInfo", 12040, funcGetParamInfo),
      FAKE_SYMBOL(cuLaunchKernelEx, 11060, launchKernelEx),
      FAKE_SYMBOL(cuTensorMapEncodeTiled, 12000, encodeTiled),
  };
  return all;
}

}  // namespace
}  // namespace fake

extern "C" __attribute__((visibility("default"))) CUresult cuGetProcAddress_v2(
    const char* name, void** address, int version, cuuint64_t, CUdriverProcAddressQueryResult* status) {
  *address = nullptr;
  *status = CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
  const char* missing = std::getenv("FAKE_CUDA_MISSING_SYMBOL");
  if (missing != nullptr && std::strcmp(missing, name) == 0) return CUDA_ERROR_NOT_FOUND;
  for (const fake::Symbol& symbol : fake::symbols()) {
    if (std::strcmp(symbol.name, name) != 0) continue;
    // Asking for another version would give another signature.
    if (symbol.version != version) return CUDA_ERROR_NOT_FOUND;
    *address = symbol.address;
    *status = CU_GET_PROC_ADDRESS_SUCCESS;
    return CUDA_SUCCESS;
  }
  return CUDA_ERROR_NOT_FOUND;
}
