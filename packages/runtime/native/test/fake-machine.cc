#include "fake-machine.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace fake {

uint64_t knob(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

void trace(const std::string& line) {
  const char* path = std::getenv("FAKE_CUDA_TRACE");
  if (path == nullptr) return;
  if (std::FILE* file = std::fopen(path, "a")) {
    std::fputs((line + "\n").c_str(), file);
    std::fclose(file);
  }
}

void AddressSpace::add(uint64_t address, uint64_t byteLength) {
  const std::lock_guard lock(mutex_);
  ranges_[address] = byteLength;
}

uint64_t AddressSpace::remove(uint64_t address) {
  const std::lock_guard lock(mutex_);
  const auto range = ranges_.find(address);
  if (range == ranges_.end()) return 0;
  const uint64_t byteLength = range->second;
  ranges_.erase(range);
  return byteLength;
}

bool AddressSpace::contains(uint64_t address, uint64_t byteLength) {
  const std::lock_guard lock(mutex_);
  auto range = ranges_.upper_bound(address);
  if (range == ranges_.begin()) return false;
  --range;
  const uint64_t offset = address - range->first;
  return offset <= range->second && byteLength <= range->second - offset;
}

AddressSpace& addressSpace() {
  // Never destroyed, like all of the machine: stream threads run until the process ends.
  static AddressSpace& space = *new AddressSpace();
  return space;
}

Stream::Stream(Context& owner) : context(owner) {
  std::thread([this] { run(); }).detach();
}

void Stream::enqueue(Operation operation) {
  const std::lock_guard lock(mutex);
  if (capturing) {
    recording.push_back(std::move(operation));
  } else {
    queue.push_back(std::move(operation));
    changed.notify_all();
  }
}

void Stream::close() {
  const std::lock_guard lock(mutex);
  closed = true;
  changed.notify_all();
}

bool Stream::idle() {
  const std::lock_guard lock(mutex);
  return queue.empty() && !running;
}

void Stream::waitIdle() {
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return queue.empty() && !running; });
}

void Stream::run() {
  for (;;) {
    Operation operation;
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return !queue.empty() || closed; });
      if (queue.empty()) break;
      operation = std::move(queue.front());
      queue.pop_front();
      running = true;
    }
    operation(context);
    operation = nullptr;
    const std::lock_guard lock(mutex);
    running = false;
    changed.notify_all();
  }
  delete this;
}

uint64_t Invocation::parameter(size_t index) const {
  uint64_t value = 0;
  if (index < parameters.size()) {
    std::memcpy(&value, parameters[index].data(), std::min(sizeof value, parameters[index].size()));
  }
  return value;
}

}  // namespace fake
