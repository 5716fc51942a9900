#pragma once

#include <atomic>
#include <memory>

#include "driver.h"

namespace dg {

/** Set when the process ends: from then on nothing is given back, the driver cleans up. */
using Abandoned = std::shared_ptr<std::atomic<bool>>;

/** One reference to a device's primary context. */
class PrimaryContext {
 public:
  PrimaryContext(const Driver& driver, CUdevice device, CUcontext context, Abandoned abandoned)
      : driver_(driver), device_(device), context_(context), abandoned_(std::move(abandoned)) {}

  PrimaryContext(const PrimaryContext&) = delete;
  PrimaryContext& operator=(const PrimaryContext&) = delete;

  ~PrimaryContext() {
    if (!abandoned()) driver_.DevicePrimaryCtxRelease(device_);
  }

  const Driver& driver() const { return driver_; }
  bool abandoned() const { return abandoned_->load(std::memory_order_relaxed); }

  /** Makes the context the calling thread's own. */
  CUresult makeCurrent() const {
    CUcontext current = nullptr;
    if (driver_.CtxGetCurrent(&current) == CUDA_SUCCESS && current == context_) return CUDA_SUCCESS;
    return driver_.CtxSetCurrent(context_);
  }

 private:
  const Driver& driver_;
  CUdevice device_;
  CUcontext context_;
  Abandoned abandoned_;
};

/** A driver object that is destroyed with its last owner, on whatever thread that happens. */
template <typename Handle, auto destroy>
class Resource {
 public:
  Resource(std::shared_ptr<const PrimaryContext> context, Handle handle)
      : context_(std::move(context)), handle_(handle) {}

  Resource(const Resource&) = delete;
  Resource& operator=(const Resource&) = delete;

  // The result is dropped: after a fault every call fails, and the object is gone all the same.
  ~Resource() {
    if (context_->abandoned()) return;
    context_->makeCurrent();
    (context_->driver().*destroy)(handle_);
  }

  Handle get() const { return handle_; }
  const PrimaryContext& context() const { return *context_; }

 private:
  std::shared_ptr<const PrimaryContext> context_;
  Handle handle_;
};

using StreamResource = Resource<CUstream, &Driver::StreamDestroy>;
using EventResource = Resource<CUevent, &Driver::EventDestroy>;
using GraphResource = Resource<CUgraphExec, &Driver::GraphExecDestroy>;
using ModuleResource = Resource<CUmodule, &Driver::ModuleUnload>;
using PoolResource = Resource<CUmemoryPool, &Driver::MemPoolDestroy>;
using HostResource = Resource<void*, &Driver::MemFreeHost>;

}  // namespace dg
