#pragma once

#include <napi.h>

#include <memory>

#include "arguments.h"
#include "environment.h"
#include "errors.h"
#include "objects.h"

namespace dg {

/** One call from JavaScript of a function that needs the driver. */
class Call {
 public:
  /** Throws an Error when `initialize` and `open` have not been called with success. */
  explicit Call(const Napi::CallbackInfo& info)
      : arguments(info), info_(info), environment_(Environment::of(info.Env())) {
    if (!environment_->initialized() || !openDriver().ok()) {
      throw Napi::Error::New(info.Env(), "expected initialize() and a successful open() before this call");
    }
  }

  Napi::Env env() const { return info_.Env(); }
  Environment& environment() const { return *environment_; }
  const std::shared_ptr<Environment>& sharedEnvironment() const { return environment_; }
  const Driver& driver() const { return openDriver().driver; }

  void check(CUresult result, const char* call) const { dg::check(env(), driver(), result, call); }

  /** The object of a handle, with its context made current. */
  const std::shared_ptr<Device>& device(size_t index) const {
    const auto& device = environment_->devices.get(env(), info_[index]);
    makeCurrent(*device);
    return device;
  }
  const std::shared_ptr<Stream>& stream(size_t index) const { return get(environment_->streams, index); }
  const std::shared_ptr<Event>& event(size_t index) const { return get(environment_->events, index); }
  const std::shared_ptr<Graph>& graph(size_t index) const { return get(environment_->graphs, index); }
  const std::shared_ptr<Kernel>& kernel(size_t index) const { return get(environment_->kernels, index); }
  const std::shared_ptr<Pinned>& pinned(size_t index) const { return get(environment_->pinned, index); }

  /** Takes the object out of its table. */
  template <typename Table>
  auto remove(Table& table, size_t index) const {
    return table.remove(env(), info_[index]);
  }

  template <typename Table, typename T>
  Napi::Value insert(Table& table, std::shared_ptr<T> object) const {
    return Napi::Number::New(env(), table.insert(env(), std::move(object)));
  }

  /** Throws a RangeError unless both belong to one device handle. */
  template <typename A, typename B>
  void checkSameDevice(const A& a, const char* nameOfA, const B& b, const char* nameOfB) const {
    if (a.device == b.device) return;
    throwRange(env(), std::string("a ") + nameOfA + " and a " + nameOfB + " of one device", "the call",
               "two devices");
  }

  Arguments arguments;

 private:
  template <typename T, HandleKind kind>
  const std::shared_ptr<T>& get(const SlotTable<T, kind>& table, size_t index) const {
    const auto& object = table.get(env(), info_[index]);
    makeCurrent(*object->device);
    return object;
  }

  void makeCurrent(const Device& device) const {
    if (current_ == &device) return;
    check(device.context->makeCurrent(), "cuCtxSetCurrent");
    current_ = &device;
  }

  const Napi::CallbackInfo& info_;
  const std::shared_ptr<Environment>& environment_;
  /** The device whose context this call has made current. */
  mutable const Device* current_ = nullptr;
};

}  // namespace dg
