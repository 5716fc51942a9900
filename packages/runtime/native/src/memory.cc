#include <algorithm>

#include "call.h"
#include "functions.h"

namespace dg {
namespace {

struct Rows {
  uint64_t rowBytes;
  uint64_t rows;

  bool empty() const { return rowBytes == 0 || rows == 0; }
  /** True when rows `pitchBytes` apart leave no gap. */
  bool contiguous(uint64_t pitchBytes) const { return rows == 1 || pitchBytes == rowBytes; }
};

Rows rowsAt(const Call& call, size_t index) {
  const Rows rows{call.arguments.integer(index, "rowBytes"), call.arguments.integer(index + 1, "rows")};
  if (rows.rowBytes != 0 && rows.rows > kMaxSafeInteger / rows.rowBytes) {
    throwRange(call.env(), "rowBytes * rows below 2^53", "rows", std::to_string(rows.rows));
  }
  return rows;
}

uint64_t pitchAt(const Call& call, size_t index, const char* name, const Rows& rows) {
  const uint64_t pitchBytes = call.arguments.integer(index, name);
  if (rows.rows > 1 && pitchBytes < rows.rowBytes) {
    throwRange(call.env(), "at least rowBytes (" + std::to_string(rows.rowBytes) + ")", name,
               std::to_string(pitchBytes));
  }
  return pitchBytes;
}

}  // namespace

Napi::Value memoryAllocate(const Napi::CallbackInfo& info) {
  const Call call(info);
  // An empty buffer has an address of its own, too.
  const uint64_t byteLength = std::max<uint64_t>(call.arguments.integer(1, "byteLength"), 1);
  const auto& stream = call.stream(0);
  Device& device = *stream->device;
  CUdeviceptr address = 0;
  if (device.pool != nullptr) {
    call.check(call.driver().MemAllocFromPoolAsync(&address, byteLength, device.pool->get(), stream->get()),
               "cuMemAllocFromPoolAsync");
  } else {
    call.check(call.driver().MemAlloc(&address, byteLength), "cuMemAlloc");
  }
  device.allocations.add(address);
  return Napi::Number::New(call.env(), static_cast<double>(address));
}

Napi::Value memoryFree(const Napi::CallbackInfo& info) {
  const Call call(info);
  const CUdeviceptr address = call.arguments.integer(1, "address");
  const auto& stream = call.stream(0);
  Device& device = *stream->device;
  if (!device.allocations.contains(address)) {
    throwRange(call.env(), "a live address of memoryAllocate on the same device", "address", std::to_string(address));
  }
  if (device.pool != nullptr) {
    call.check(call.driver().MemFreeAsync(address, stream->get()), "cuMemFreeAsync");
  } else {
    // Without pools nothing orders the free with the stream but waiting for it.
    call.check(call.driver().StreamSynchronize(stream->get()), "cuStreamSynchronize");
    call.check(call.driver().MemFree(address), "cuMemFree");
  }
  device.allocations.remove(address);
  return call.env().Undefined();
}

Napi::Value memorySet2d(const Napi::CallbackInfo& info) {
  const Call call(info);
  const CUdeviceptr address = call.arguments.integer(1, "address");
  const auto value = static_cast<unsigned char>(call.arguments.integer(3, "value", 0, 255));
  const Rows rows = rowsAt(call, 4);
  const uint64_t pitchBytes = pitchAt(call, 2, "pitchBytes", rows);
  const CUstream stream = call.stream(0)->get();
  if (rows.empty()) return call.env().Undefined();
  // The driver limits pitches to 2^31, but not the length of one run.
  if (rows.contiguous(pitchBytes)) {
    call.check(call.driver().MemsetD8Async(address, value, rows.rowBytes * rows.rows, stream), "cuMemsetD8Async");
  } else {
    call.check(call.driver().MemsetD2D8Async(address, pitchBytes, value, rows.rowBytes, rows.rows, stream),
               "cuMemsetD2D8Async");
  }
  return call.env().Undefined();
}

Napi::Value memoryCopy2d(const Napi::CallbackInfo& info) {
  const Call call(info);
  const CUdeviceptr destination = call.arguments.integer(1, "destination");
  const CUdeviceptr source = call.arguments.integer(3, "source");
  const Rows rows = rowsAt(call, 5);
  const uint64_t destinationPitchBytes = pitchAt(call, 2, "destinationPitchBytes", rows);
  const uint64_t sourcePitchBytes = pitchAt(call, 4, "sourcePitchBytes", rows);
  const CUstream stream = call.stream(0)->get();
  if (rows.empty()) return call.env().Undefined();
  if (rows.contiguous(destinationPitchBytes) && rows.contiguous(sourcePitchBytes)) {
    call.check(call.driver().MemcpyDtoDAsync(destination, source, rows.rowBytes * rows.rows, stream),
               "cuMemcpyDtoDAsync");
    return call.env().Undefined();
  }
  CUDA_MEMCPY2D copy{};
  copy.srcMemoryType = CU_MEMORYTYPE_DEVICE;
  copy.srcDevice = source;
  copy.srcPitch = sourcePitchBytes;
  copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
  copy.dstDevice = destination;
  copy.dstPitch = destinationPitchBytes;
  copy.WidthInBytes = rows.rowBytes;
  copy.Height = rows.rows;
  call.check(call.driver().Memcpy2DAsync(&copy, stream), "cuMemcpy2DAsync");
  return call.env().Undefined();
}

}  // namespace dg
