#include "event-waiter.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <set>

namespace dg {
namespace {

using namespace std::chrono_literals;

constexpr auto kSpin = 20us;
constexpr auto kFirstPause = 20us;
constexpr auto kLongestPause = 500us;

/**
 * The waiters whose threads run. process.exit() runs no cleanup hooks on the main thread but the handlers
 * of exit(), in the middle of which libcuda goes away; the threads have to end before.
 */
class RunningWaiters {
 public:
  static RunningWaiters& instance() {
    // Registered after libcuda was opened, so it runs before libcuda's own handlers.
    static RunningWaiters* running = [] {
      std::atexit([] { instance().stopAll(); });
      return new RunningWaiters();
    }();
    return *running;
  }

  void add(EventWaiter* waiter) {
    const std::lock_guard lock(mutex_);
    waiters_.insert(waiter);
  }

  void remove(EventWaiter* waiter) {
    const std::lock_guard lock(mutex_);
    waiters_.erase(waiter);
  }

 private:
  void stopAll() {
    std::set<EventWaiter*> waiters;
    {
      const std::lock_guard lock(mutex_);
      waiters = waiters_;
    }
    for (EventWaiter* waiter : waiters) waiter->stop();
  }

  std::mutex mutex_;
  std::set<EventWaiter*> waiters_;
};

/** How long to wait between two looks: not at all at first, then longer and longer. */
class Backoff {
 public:
  void reset() {
    spinUntil_ = std::chrono::steady_clock::now() + kSpin;
    pause_ = kFirstPause;
  }

  bool spinning() const { return std::chrono::steady_clock::now() < spinUntil_; }

  std::chrono::microseconds nextPause() {
    const auto pause = pause_;
    pause_ = std::min<std::chrono::microseconds>(pause_ * 2, kLongestPause);
    return pause;
  }

 private:
  std::chrono::steady_clock::time_point spinUntil_;
  std::chrono::microseconds pause_ = kFirstPause;
};

CUresult query(const EventResource& event) {
  const CUresult current = event.context().makeCurrent();
  return current != CUDA_SUCCESS ? current : event.context().driver().EventQuery(event.get());
}

/** Makes the pending exception an uncaught one, as for a callback of a timer. */
void raiseUncaught(napi_env env) {
  napi_value exception = nullptr;
  if (napi_get_and_clear_last_exception(env, &exception) == napi_ok) napi_fatal_exception(env, exception);
}

}  // namespace

struct EventWaiter::Wait {
  std::shared_ptr<EventResource> event;
  napi_ref done;
  CUresult result = CUDA_ERROR_NOT_READY;
};

EventWaiter::EventWaiter(Napi::Env env) : env_(env) {
  const Napi::String name = Napi::String::New(env, "dg:eventWait");
  napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this,
                                                       callJavaScript, &deliver_);
  if (status == napi_ok) status = napi_unref_threadsafe_function(env, deliver_);
  if (status != napi_ok) throw Napi::Error::New(env, "the thread-safe function of eventWait could not be made");
  // After the thread-safe function's own hook, so that it runs before.
  napi_add_env_cleanup_hook(env, stopHook, this);
}

EventWaiter::~EventWaiter() { stop(); }

void EventWaiter::wait(Napi::Env env, std::shared_ptr<EventResource> event, Napi::Function done) {
  startThread();
  auto wait = std::make_unique<Wait>();
  wait->event = std::move(event);
  if (napi_create_reference(env, done, 1, &wait->done) != napi_ok) {
    throw Napi::Error::New(env, "the callback of eventWait could not be kept");
  }
  if (undelivered_++ == 0) napi_ref_threadsafe_function(env, deliver_);
  {
    const std::lock_guard lock(mutex_);
    newWaits_.push_back(std::move(wait));
  }
  changed_.notify_one();
}

void EventWaiter::retire(Retirement retirement) {
  {
    const std::lock_guard lock(mutex_);
    newRetirements_.push_back(std::move(retirement));
  }
  changed_.notify_one();
}

void EventWaiter::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (!thread_.joinable()) return;
  thread_.join();
  RunningWaiters::instance().remove(this);
}

std::vector<Retirement> EventWaiter::takeRetirements() {
  const std::lock_guard lock(mutex_);
  return std::exchange(newRetirements_, {});
}

void EventWaiter::stopHook(void* waiter) {
  auto* self = static_cast<EventWaiter*>(waiter);
  self->stop();
  napi_release_threadsafe_function(self->deliver_, napi_tsfn_abort);
}

void EventWaiter::startThread() {
  if (thread_.joinable() || stopping_) return;
  thread_ = std::thread([this] { run(); });
  RunningWaiters::instance().add(this);
}

void EventWaiter::run() {
  std::vector<std::unique_ptr<Wait>> waits;
  std::vector<Retirement> retirements;
  Backoff backoff;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      const auto hasNews = [&] { return stopping_ || !newWaits_.empty() || !newRetirements_.empty(); };
      if (waits.empty() && retirements.empty()) {
        changed_.wait(lock, hasNews);
        backoff.reset();
      } else if (!backoff.spinning()) {
        changed_.wait_for(lock, backoff.nextPause(), hasNews);
      }
      if (stopping_) {
        // Kept for the JavaScript thread, which knows whether they may still be given back.
        std::ranges::move(waits, std::back_inserter(newWaits_));
        std::ranges::move(retirements, std::back_inserter(newRetirements_));
        return;
      }
      if (hasNews()) backoff.reset();
      std::ranges::move(newWaits_, std::back_inserter(waits));
      std::ranges::move(newRetirements_, std::back_inserter(retirements));
      newWaits_.clear();
      newRetirements_.clear();
    }
    if (collect(waits, retirements)) backoff.reset();
    if (backoff.spinning()) std::this_thread::yield();
  }
}

bool EventWaiter::collect(std::vector<std::unique_ptr<Wait>>& waits, std::vector<Retirement>& retirements) {
  bool progress = false;
  for (auto& wait : waits) {
    wait->result = query(*wait->event);
    if (wait->result == CUDA_ERROR_NOT_READY) continue;
    deliver(std::move(wait));
    progress = true;
  }
  std::erase(waits, nullptr);

  for (auto& retirement : retirements) {
    std::erase_if(retirement.events, [](const auto& event) { return query(*event) != CUDA_ERROR_NOT_READY; });
    if (!retirement.events.empty()) continue;
    const Driver& driver = openDriver().driver;
    retirement.owned.reset();
    // It may have been the context that is current here.
    driver.CtxSetCurrent(nullptr);
    progress = true;
  }
  std::erase_if(retirements, [](const auto& retirement) { return retirement.owned == nullptr; });
  return progress;
}

void EventWaiter::deliver(std::unique_ptr<Wait> wait) {
  // Refused only when the environment ends; nobody is left to be called then.
  if (napi_call_threadsafe_function(deliver_, wait.get(), napi_tsfn_nonblocking) == napi_ok) wait.release();
}

void EventWaiter::callJavaScript(napi_env env, napi_value, void* context, void* data) {
  const std::unique_ptr<Wait> wait(static_cast<Wait*>(data));
  // The environment ends: the reference goes with it.
  if (env == nullptr) return;

  auto* self = static_cast<EventWaiter*>(context);
  if (--self->undelivered_ == 0) napi_unref_threadsafe_function(env, self->deliver_);

  napi_value done = nullptr;
  napi_value receiver = nullptr;
  napi_get_reference_value(env, wait->done, &done);
  napi_delete_reference(env, wait->done);
  napi_get_undefined(env, &receiver);
  try {
    napi_value argument = receiver;
    if (wait->result != CUDA_SUCCESS) {
      const Driver& driver = wait->event->context().driver();
      argument = toError(env, driver, {wait->result, "cuEventQuery"}).Value();
    }
    if (napi_call_function(env, receiver, done, 1, &argument, nullptr) == napi_pending_exception) {
      raiseUncaught(env);
    }
  } catch (const Napi::Error&) {
    // Errors can no longer be made: the worker is being terminated.
  }
}

}  // namespace dg
