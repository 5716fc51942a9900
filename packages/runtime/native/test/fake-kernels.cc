#include <algorithm>
#include <cstring>

#include "fake-machine.h"

namespace fake {
namespace {

void faultUnless(Context& context, bool valid) {
  CUresult none = CUDA_SUCCESS;
  if (!valid) context.fault.compare_exchange_strong(none, CUDA_ERROR_ILLEGAL_ADDRESS);
}

/** (out, a, b: addresses of int32; count: u32) */
void addInt32(Context& context, const Invocation& call) {
  const uint64_t count = call.parameter(3);
  for (size_t index = 0; index < 3; ++index) {
    if (addressSpace().contains(call.parameter(index), count * sizeof(int32_t))) continue;
    return faultUnless(context, false);
  }
  auto* out = reinterpret_cast<int32_t*>(call.parameter(0));
  const auto* a = reinterpret_cast<const int32_t*>(call.parameter(1));
  const auto* b = reinterpret_cast<const int32_t*>(call.parameter(2));
  for (uint64_t index = 0; index < count; ++index) out[index] = a[index] + b[index];
}

/** (milliseconds: u32) */
void slow(Context&, const Invocation& call) {
  std::this_thread::sleep_for(std::chrono::milliseconds(call.parameter(0)));
}

void fault(Context& context, const Invocation&) { faultUnless(context, false); }

/** (out: address, ...): writes the LaunchRecord, then each parameter's bytes from a multiple of 8 on. */
void recordParameters(Context& context, const Invocation& call) {
  std::vector<uint8_t> bytes(sizeof call.record);
  std::memcpy(bytes.data(), &call.record, sizeof call.record);
  for (const auto& parameter : call.parameters) {
    bytes.resize((bytes.size() + 7) / 8 * 8);
    bytes.insert(bytes.end(), parameter.begin(), parameter.end());
  }
  const uint64_t out = call.parameter(0);
  if (!addressSpace().contains(out, bytes.size())) return faultUnless(context, false);
  std::memcpy(reinterpret_cast<void*>(out), bytes.data(), bytes.size());
}

struct BuiltIn {
  const char* name;
  std::vector<size_t> parameterBytes;
  void (*execute)(Context&, const Invocation&);
};

const std::vector<BuiltIn>& builtIns() {
  static const auto& all = *new std::vector<BuiltIn>{
      {"add-int32", {8, 8, 8, 4}, addInt32},
      {"slow", {4}, slow},
      {"fault", {}, fault},
      {"record-params", {8}, recordParameters},
  };
  return all;
}

std::vector<size_t> parseSizes(const std::string& text) {
  std::vector<size_t> sizes;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find(',', start), text.size());
    sizes.push_back(std::strtoull(text.substr(start, end - start).c_str(), nullptr, 10));
    start = end + 1;
  }
  return sizes;
}

}  // namespace

std::unique_ptr<KernelImage> parseKernelImage(const char* image, std::string& log) {
  constexpr char kMagic[] = "FAKEKERNEL:";
  if (std::strncmp(image, kMagic, sizeof kMagic - 1) != 0) {
    log = "fake driver: the image is no fake kernel";
    return nullptr;
  }
  const std::string text = image + sizeof kMagic - 1;
  const std::string name = text.substr(0, text.find(':'));
  for (const BuiltIn& builtIn : builtIns()) {
    if (name != builtIn.name) continue;
    auto kernel = std::make_unique<KernelImage>();
    kernel->name = name;
    kernel->parameterBytes = name.size() < text.size() ? parseSizes(text.substr(name.size() + 1)) : builtIn.parameterBytes;
    kernel->execute = builtIn.execute;
    return kernel;
  }
  log = "fake driver: unknown kernel " + name;
  return nullptr;
}

}  // namespace fake
