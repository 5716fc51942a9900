#pragma once

#include <napi.h>

namespace dg {

// Every function of binding.ts, in its order.
#define DG_BINDING_FUNCTIONS(X) \
  X(initialize)                 \
  X(open)                       \
  X(deviceCount)                \
  X(deviceProperties)           \
  X(deviceRetain)               \
  X(deviceRelease)              \
  X(deviceSynchronize)          \
  X(deviceMemoryInfo)           \
  X(streamCreate)               \
  X(streamDestroy)              \
  X(streamSynchronize)          \
  X(streamWaitEvent)            \
  X(streamBeginCapture)         \
  X(streamEndCapture)           \
  X(streamAbortCapture)         \
  X(graphLaunch)                \
  X(graphDestroy)               \
  X(eventCreate)                \
  X(eventRecord)                \
  X(eventQuery)                 \
  X(eventSynchronize)           \
  X(eventElapsedMilliseconds)   \
  X(eventDestroy)               \
  X(eventWait)                  \
  X(memoryAllocate)             \
  X(memoryFree)                 \
  X(memorySet2d)                \
  X(memoryCopy2d)               \
  X(pinnedAllocate)             \
  X(pinnedFree)                 \
  X(copyToDevice)               \
  X(copyToHost)                 \
  X(kernelLoad)                 \
  X(kernelAttributes)           \
  X(kernelUnload)               \
  X(launch)

#define DG_DECLARE(name) Napi::Value name(const Napi::CallbackInfo& info);
DG_BINDING_FUNCTIONS(DG_DECLARE)
#undef DG_DECLARE

}  // namespace dg
