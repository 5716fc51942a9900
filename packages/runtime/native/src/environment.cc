#include "environment.h"

#include <atomic>

#include "objects.h"

namespace dg {
namespace {

uint64_t nextEnvironmentNumber() {
  // From 1 on, so that no handle is 0.
  static std::atomic<uint64_t> last{0};
  return ++last;
}

}  // namespace

Environment::Environment(Napi::Env env) : Environment(env, nextEnvironmentNumber()) {}

Environment::Environment(Napi::Env env, uint64_t number)
    : devices(number),
      streams(number),
      events(number),
      graphs(number),
      kernels(number),
      pinned(number),
      env_(env) {}

Environment::~Environment() = default;

void Environment::create(Napi::Env env) {
  auto* owner = new std::shared_ptr<Environment>(std::make_shared<Environment>(env));
  env.SetInstanceData(owner);
  napi_add_env_cleanup_hook(env, tearDownHook, owner->get());
}

const std::shared_ptr<Environment>& Environment::of(Napi::Env env) {
  return *env.GetInstanceData<std::shared_ptr<Environment>>();
}

void Environment::initialize(bool isMainThread) { isMainThread_ = isMainThread; }

EventWaiter& Environment::waiter() {
  if (waiter_ == nullptr) waiter_ = std::make_unique<EventWaiter>(env_);
  return *waiter_;
}

void Environment::retire(Device& device, std::shared_ptr<void> owned) {
  auto events = device.queued.unfinished();
  if (events.empty()) return;
  try {
    waiter().startThread();
  } catch (const std::exception&) {
    // No thread is to be had: wait here, for finalisers must not throw.
    device.queued.synchronize();
    return;
  }
  waiter().retire({std::move(events), std::move(owned)});
}

void Environment::tearDownHook(void* environment) { static_cast<Environment*>(environment)->tearDown(); }

void Environment::tearDown() {
  if (waiter_ != nullptr) waiter_->stop();
  const auto all = [](const auto&) { return true; };
  // The process ends: to wait or to free here would only hold it up.
  if (isMainThread_.value_or(true)) {
    abandoned_->store(true);
    // Their references to ArrayBuffers must not outlive the environment.
    pinned.removeIf(all);
    return;
  }
  const auto ownDevices = devices.removeIf(all);
  for (const auto& device : ownDevices) {
    device->queued.abortCaptures();
    // After a fault this returns at once.
    device->queued.synchronize();
  }
  std::vector<Retirement> retirements;
  if (waiter_ != nullptr) retirements = waiter_->takeRetirements();
  for (const auto& retirement : retirements) {
    for (const auto& event : retirement.events) {
      event->context().makeCurrent();
      event->context().driver().EventSynchronize(event->get());
    }
  }
  retirements.clear();
  graphs.removeIf(all);
  kernels.removeIf(all);
  events.removeIf(all);
  pinned.removeIf(all);
  streams.removeIf(all);
}

}  // namespace dg
