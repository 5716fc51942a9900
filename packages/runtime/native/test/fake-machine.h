#pragma once

#include <cuda.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace fake {

using Clock = std::chrono::steady_clock;

/** An environment variable as a number, or `otherwise`. */
uint64_t knob(const char* name, uint64_t otherwise);

/** Appends a line to the file that FAKE_CUDA_TRACE names. */
void trace(const std::string& line);

/** Ranges of memory that copies and kernels may touch. */
class AddressSpace {
 public:
  void add(uint64_t address, uint64_t byteLength);
  /** The length that the range had, or 0 when there was none. */
  uint64_t remove(uint64_t address);
  bool contains(uint64_t address, uint64_t byteLength);

 private:
  std::mutex mutex_;
  std::map<uint64_t, uint64_t> ranges_;
};

/** Device and page-locked memory of the whole process. */
AddressSpace& addressSpace();

struct Context {
  int ordinal = 0;
  std::atomic<int> references{0};
  /** Sticky: the first fault of a kernel or copy. */
  std::atomic<CUresult> fault{CUDA_SUCCESS};
  std::atomic<uint64_t> usedBytes{0};
  std::mutex streamsMutex;
  std::vector<struct Stream*> streams;
};

using Operation = std::function<void(Context&)>;

struct Event {
  std::mutex mutex;
  std::condition_variable changed;
  uint64_t recorded = 0;
  uint64_t completed = 0;
  bool captured = false;
  Clock::time_point completedAt;
  Context* context = nullptr;
};

/** A queue with a thread of its own. Destroyed streams finish their queue first. */
struct Stream {
  explicit Stream(Context& owner);

  void enqueue(Operation operation);
  void close();
  bool idle();
  void waitIdle();

  Context& context;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Operation> queue;
  bool running = false;
  bool closed = false;
  bool capturing = false;
  bool captureInvalid = false;
  std::vector<Operation> recording;

 private:
  void run();
};

struct Graph {
  std::vector<Operation> operations;
};

struct Pool {
  Context* context;
};

struct LaunchRecord {
  uint32_t grid[3];
  uint32_t block[3];
  uint32_t cluster[3];
  uint32_t dynamicSharedMemoryBytes;
  uint32_t dependentLaunch;
  uint32_t parameterCount;
};

/** What a launched kernel sees. */
struct Invocation {
  LaunchRecord record;
  std::vector<std::vector<uint8_t>> parameters;

  uint64_t parameter(size_t index) const;
};

struct KernelImage {
  std::string name;
  std::vector<size_t> parameterBytes;
  void (*execute)(Context&, const Invocation&) = nullptr;
  int maxDynamicSharedBytes = 48 * 1024;
  bool nonPortableCluster = false;
};

/** Reads `FAKEKERNEL:name`; null with the reason in `log` when it is none. */
std::unique_ptr<KernelImage> parseKernelImage(const char* image, std::string& log);

/** What the fake cuTensorMapEncodeTiled writes into the 128 bytes of a map. */
struct EncodedTensorMap {
  uint64_t address;
  uint64_t dims[5];
  uint64_t stridesBytes[4];
  uint32_t element;
  uint32_t rank;
  uint32_t swizzle;
  uint32_t l2Promotion;
  uint32_t box[5];
  uint32_t interleave;
};
static_assert(sizeof(EncodedTensorMap) <= sizeof(CUtensorMap));

}  // namespace fake
