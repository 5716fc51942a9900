#pragma once

#include <memory>
#include <unordered_set>

#include "primary-context.h"

namespace dg {

/** The addresses that one device handle has allocated and not freed; frees them with the last owner. */
class Allocations {
 public:
  explicit Allocations(std::shared_ptr<const PrimaryContext> context) : context_(std::move(context)) {}

  Allocations(const Allocations&) = delete;
  Allocations& operator=(const Allocations&) = delete;

  // cuMemFree also takes memory of a pool. It waits for the device, so the owner is dropped only when
  // the device has nothing queued.
  ~Allocations() {
    if (context_->abandoned()) return;
    context_->makeCurrent();
    for (const CUdeviceptr address : addresses_) context_->driver().MemFree(address);
  }

  void add(CUdeviceptr address) { addresses_.insert(address); }
  bool contains(CUdeviceptr address) const { return addresses_.contains(address); }
  void remove(CUdeviceptr address) { addresses_.erase(address); }

 private:
  std::shared_ptr<const PrimaryContext> context_;
  std::unordered_set<CUdeviceptr> addresses_;
};

}  // namespace dg
