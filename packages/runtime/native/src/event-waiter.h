#pragma once

#include <napi.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "errors.h"
#include "primary-context.h"

namespace dg {

/** Something to drop once the events are complete. */
struct Retirement {
  std::vector<std::shared_ptr<EventResource>> events;
  std::shared_ptr<void> owned;
};

/**
 * The thread that watches events for one environment. It starts with the first wait and sleeps while
 * there is none.
 */
class EventWaiter {
 public:
  explicit EventWaiter(Napi::Env env);
  ~EventWaiter();

  EventWaiter(const EventWaiter&) = delete;
  EventWaiter& operator=(const EventWaiter&) = delete;

  /** Throws std::system_error when the system has no thread left. Done by `wait` itself. */
  void startThread();

  /** Calls `done` on the JavaScript thread when the event is complete or failed; keeps the loop alive. */
  void wait(Napi::Env env, std::shared_ptr<EventResource> event, Napi::Function done);

  /** Drops `retirement.owned` on the waiter thread, which runs, when its events are complete or failed. */
  void retire(Retirement retirement);

  /** Ends the thread. Waits are forgotten, and retirements are never carried out before `takeRetirements`. */
  void stop();

  /** What was not dropped when the thread stopped or was given later. */
  std::vector<Retirement> takeRetirements();

 private:
  struct Wait;

  static void callJavaScript(napi_env env, napi_value, void* waiter, void* wait);
  static void stopHook(void* waiter);

  void run();
  bool collect(std::vector<std::unique_ptr<Wait>>& waits, std::vector<Retirement>& retirements);
  void deliver(std::unique_ptr<Wait> wait);

  napi_env env_;
  napi_threadsafe_function deliver_ = nullptr;
  /** Waits whose callback has not run; of the JavaScript thread. */
  size_t undelivered_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Wait>> newWaits_;
  std::vector<Retirement> newRetirements_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace dg
