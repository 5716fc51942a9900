#pragma once

#include <napi.h>

#include <memory>
#include <optional>

#include "event-waiter.h"
#include "primary-context.h"
#include "slot-table.h"
#include "tensor-map-cache.h"

namespace dg {

struct Device;
struct Stream;
struct Event;
struct Graph;
struct Kernel;
struct Pinned;

/** All that one JavaScript environment (the main thread or a worker) owns. */
class Environment {
 public:
  explicit Environment(Napi::Env env);
  ~Environment();

  /** Makes the environment's instance data. Called once, when the addon is loaded. */
  static void create(Napi::Env env);
  static const std::shared_ptr<Environment>& of(Napi::Env env);

  void initialize(bool isMainThread);
  bool initialized() const { return isMainThread_.has_value(); }

  EventWaiter& waiter();
  Abandoned abandoned() const { return abandoned_; }

  /** Drops `owned` once all that is queued on the device has finished; at once when nothing is. */
  void retire(Device& device, std::shared_ptr<void> owned);

  SlotTable<Device, HandleKind::device> devices;
  SlotTable<Stream, HandleKind::stream> streams;
  SlotTable<Event, HandleKind::event> events;
  SlotTable<Graph, HandleKind::graph> graphs;
  SlotTable<Kernel, HandleKind::kernel> kernels;
  SlotTable<Pinned, HandleKind::pinned> pinned;
  TensorMapCache tensorMaps;

 private:
  explicit Environment(Napi::Env env, uint64_t number);

  static void tearDownHook(void* environment);
  void tearDown();

  napi_env env_;
  std::optional<bool> isMainThread_;
  Abandoned abandoned_ = std::make_shared<std::atomic<bool>>(false);
  std::unique_ptr<EventWaiter> waiter_;
};

}  // namespace dg
