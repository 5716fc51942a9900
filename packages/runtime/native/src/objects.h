#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "allocations.h"
#include "primary-context.h"
#include "queued-work.h"

namespace dg {

// What the handles stand for. Members are destroyed from the last to the first: what depends on a thing
// comes after it.

struct Device {
  Device(std::shared_ptr<const PrimaryContext> primary, std::shared_ptr<PoolResource> memoryPool, int optinBytes)
      : context(std::move(primary)),
        pool(std::move(memoryPool)),
        sharedMemoryOptinBytes(optinBytes),
        allocations(context),
        queued(context) {}

  std::shared_ptr<const PrimaryContext> context;
  /** Null where the device has no memory pools. */
  std::shared_ptr<PoolResource> pool;
  int sharedMemoryOptinBytes;
  Allocations allocations;
  QueuedWork queued;
};

struct Stream {
  std::shared_ptr<Device> device;
  std::shared_ptr<StreamResource> stream;

  CUstream get() const { return stream->get(); }
};

struct Event {
  std::shared_ptr<Device> device;
  std::shared_ptr<EventResource> event;

  CUevent get() const { return event->get(); }
};

struct Graph {
  std::shared_ptr<Device> device;
  std::shared_ptr<GraphResource> graph;
};

struct Kernel {
  std::shared_ptr<Device> device;
  std::shared_ptr<ModuleResource> module;
  CUfunction function;
  /** Bytes of each parameter; absent where the driver cannot tell. */
  std::optional<std::vector<size_t>> parameterBytes;
};

struct Pinned {
  std::shared_ptr<Device> device;
  /** Null once the memory was given up. */
  std::shared_ptr<HostResource> host;
  uint64_t byteLength;
  /** Does not keep the ArrayBuffer alive. */
  Napi::Reference<Napi::ArrayBuffer> memory;
};

}  // namespace dg
