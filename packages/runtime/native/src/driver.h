#pragma once

#include <cudaTypedefs.h>

#include <string>
#include <string_view>

namespace dg {

// Each function with the version of its typedef in cudaTypedefs.h. The same number goes to
// cuGetProcAddress, so that the address always has the signature that is written here.
#define DG_DRIVER_FUNCTIONS(X)      \
  X(Init, 2000)                     \
  X(DriverGetVersion, 2020)         \
  X(GetErrorName, 6000)             \
  X(GetErrorString, 6000)           \
  X(DeviceGetCount, 2000)           \
  X(DeviceGet, 2000)                \
  X(DeviceGetName, 2000)            \
  X(DeviceGetUuid, 11040)           \
  X(DeviceGetAttribute, 2000)       \
  X(DeviceTotalMem, 3020)           \
  X(DevicePrimaryCtxRetain, 7000)   \
  X(DevicePrimaryCtxRelease, 11000) \
  X(CtxGetCurrent, 4000)            \
  X(CtxSetCurrent, 4000)            \
  X(CtxSynchronize, 2000)           \
  X(MemGetInfo, 3020)               \
  X(StreamCreate, 2000)             \
  X(StreamDestroy, 4000)            \
  X(StreamSynchronize, 2000)        \
  X(StreamQuery, 2000)              \
  X(StreamWaitEvent, 3020)          \
  X(StreamIsCapturing, 10000)       \
  X(StreamBeginCapture, 10010)      \
  X(StreamEndCapture, 10000)        \
  X(GraphInstantiateWithFlags, 11040) \
  X(GraphDestroy, 10000)            \
  X(GraphExecDestroy, 10000)        \
  X(GraphLaunch, 10000)             \
  X(EventCreate, 2000)              \
  X(EventRecord, 2000)              \
  X(EventQuery, 2000)               \
  X(EventSynchronize, 2000)         \
  X(EventElapsedTime, 2000)         \
  X(EventDestroy, 4000)             \
  X(MemPoolCreate, 11020)           \
  X(MemPoolSetAttribute, 11020)     \
  X(MemPoolDestroy, 11020)          \
  X(MemAllocFromPoolAsync, 11020)   \
  X(MemFreeAsync, 11020)            \
  X(MemAlloc, 3020)                 \
  X(MemFree, 3020)                  \
  X(MemsetD8Async, 3020)            \
  X(MemsetD2D8Async, 3020)          \
  X(MemcpyDtoDAsync, 3020)          \
  X(Memcpy2DAsync, 3020)            \
  X(MemcpyHtoDAsync, 3020)          \
  X(MemcpyDtoHAsync, 3020)          \
  X(MemHostAlloc, 2020)             \
  X(MemFreeHost, 2000)              \
  X(ModuleLoadDataEx, 2010)         \
  X(ModuleGetFunction, 2000)        \
  X(ModuleUnload, 2000)             \
  X(FuncGetAttribute, 2020)         \
  X(FuncSetAttribute, 9000)         \
  X(LaunchKernelEx, 11060)          \
  X(TensorMapEncodeTiled, 12000)

/** CUDA 12.4; the toolkit that builds the addon may be older, so its type is written out. */
using FuncGetParamInfo = CUresult(CUDAAPI*)(CUfunction, size_t index, size_t* offset, size_t* size);

/** The functions of libcuda, by their names without `cu`. */
struct Driver {
#define DG_DECLARE(name, version) PFN_cu##name##_v##version name = nullptr;
  DG_DRIVER_FUNCTIONS(DG_DECLARE)
#undef DG_DECLARE
  /** Null where the driver does not have it. */
  FuncGetParamInfo funcGetParamInfo = nullptr;

  /** `CUDA_ERROR_...`, or `CUresult N` for a number that the driver does not know. */
  std::string resultName(CUresult result) const;
  std::string resultText(CUresult result) const;
};

/** What came of opening libcuda; the fields of OpenResult in binding.ts. */
struct OpenOutcome {
  Driver driver;
  const char* reason = "ok";
  std::string detail;
  CUresult result = CUDA_SUCCESS;
  int driverVersion = 0;

  bool ok() const { return result == CUDA_SUCCESS && std::string_view(reason) == "ok"; }
};

/** Opens libcuda and calls cuInit at the first call in the process; later calls return the same. */
const OpenOutcome& openDriver();

}  // namespace dg
