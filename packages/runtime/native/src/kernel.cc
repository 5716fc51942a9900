#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "call.h"
#include "functions.h"
#include "module-image.h"

namespace dg {
namespace {

constexpr size_t kErrorLogBytes = 16 * 1024;
/** The driver stops reading PTX at a zero; text from JavaScript has none at its end. */
constexpr size_t kTerminatorBytes = 8;

std::shared_ptr<ModuleResource> loadModule(const Call& call, const Device& device, std::span<const uint8_t> image) {
  std::vector<uint64_t> aligned(image.size() / sizeof(uint64_t) + kTerminatorBytes);
  std::memcpy(aligned.data(), image.data(), image.size());

  std::vector<char> log(kErrorLogBytes, '\0');
  std::array<CUjit_option, 2> options{CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  // The driver takes numbers in the place of pointers.
  std::array<void*, 2> values{log.data(), reinterpret_cast<void*>(log.size() - 1)};
  CUmodule module = nullptr;
  const CUresult result = call.driver().ModuleLoadDataEx(&module, aligned.data(), options.size(), options.data(),
                                                         values.data());
  if (result != CUDA_SUCCESS) throwFailure(call.env(), call.driver(), {result, "cuModuleLoadDataEx", log.data()});
  return std::make_shared<ModuleResource>(device.context, module);
}

int attributeOf(const Call& call, CUfunction function, CUfunction_attribute attribute) {
  int value = 0;
  call.check(call.driver().FuncGetAttribute(&value, attribute, function), "cuFuncGetAttribute");
  return value;
}

/** Lets launches use all the shared memory there is and clusters of more than 8 blocks. */
void liftLimits(const Call& call, const Device& device, CUfunction function) {
  const int staticBytes = attributeOf(call, function, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES);
  const int dynamicBytes = std::max(device.sharedMemoryOptinBytes - staticBytes, 0);
  call.check(call.driver().FuncSetAttribute(function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, dynamicBytes),
             "cuFuncSetAttribute");
  // Refused before sm_90, where there are no clusters to allow.
  call.driver().FuncSetAttribute(function, CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED, 1);
}

std::optional<std::vector<size_t>> parameterBytesOf(const Call& call, CUfunction function) {
  if (call.driver().funcGetParamInfo == nullptr) return std::nullopt;
  std::vector<size_t> sizes;
  for (;;) {
    size_t offset = 0;
    size_t size = 0;
    const CUresult result = call.driver().funcGetParamInfo(function, sizes.size(), &offset, &size);
    // What the driver says of the index after the last.
    if (result == CUDA_ERROR_INVALID_VALUE) return sizes;
    if (result != CUDA_SUCCESS) return std::nullopt;
    sizes.push_back(size);
  }
}

}  // namespace

Napi::Value kernelLoad(const Napi::CallbackInfo& info) {
  const Call call(info);
  const auto image = call.arguments.bytes(1, "image");
  const std::string entry = call.arguments.text(2, "entry");
  const auto& device = call.device(0);
  if (const auto defect = findImageDefect(image)) throwRange(call.env(), "a whole cubin or PTX", "image", *defect);

  auto module = loadModule(call, *device, image);
  CUfunction function = nullptr;
  const CUresult result = call.driver().ModuleGetFunction(&function, module->get(), entry.c_str());
  if (result != CUDA_SUCCESS) throwFailure(call.env(), call.driver(), {result, "cuModuleGetFunction", entry});
  liftLimits(call, *device, function);
  auto parameterBytes = parameterBytesOf(call, function);
  return call.insert(call.environment().kernels,
                     std::make_shared<Kernel>(device, std::move(module), function, std::move(parameterBytes)));
}

Napi::Value kernelAttributes(const Napi::CallbackInfo& info) {
  const Call call(info);
  const CUfunction function = call.kernel(0)->function;
  const auto attribute = [&](CUfunction_attribute which) { return attributeOf(call, function, which); };
  Napi::Object attributes = Napi::Object::New(call.env());
  attributes.Set("registers", attribute(CU_FUNC_ATTRIBUTE_NUM_REGS));
  attributes.Set("localBytes", attribute(CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES));
  attributes.Set("staticSharedBytes", attribute(CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES));
  attributes.Set("maxThreadsPerBlock", attribute(CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK));
  return attributes;
}

Napi::Value kernelUnload(const Napi::CallbackInfo& info) {
  const Call call(info);
  const std::shared_ptr<Kernel> kernel = call.remove(call.environment().kernels, 0);
  // Its code may still run.
  call.environment().retire(*kernel->device, std::move(kernel->module));
  return call.env().Undefined();
}

}  // namespace dg
