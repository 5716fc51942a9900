#include "driver.h"

#include <dlfcn.h>

#include <mutex>

namespace dg {
namespace {

constexpr char kLibrary[] = "libcuda.so.1";

class SymbolFinder {
 public:
  explicit SymbolFinder(PFN_cuGetProcAddress_v12000 getProcAddress) : getProcAddress_(getProcAddress) {}

  template <typename Function>
  void find(Function& target, const char* symbol, int version) {
    void* address = nullptr;
    CUdriverProcAddressQueryResult status{};
    const CUresult result =
        getProcAddress_(symbol, &address, version, CU_GET_PROC_ADDRESS_DEFAULT, &status);
    if (result == CUDA_SUCCESS && address != nullptr) {
      target = reinterpret_cast<Function>(address);
    } else {
      missing_ += missing_.empty() ? symbol : std::string(", ") + symbol;
    }
  }

  const std::string& missing() const { return missing_; }

 private:
  PFN_cuGetProcAddress_v12000 getProcAddress_;
  std::string missing_;
};

void fail(OpenOutcome& outcome, const char* reason, std::string detail) {
  outcome.reason = reason;
  outcome.detail = std::move(detail);
}

std::string loaderError() {
  const char* text = dlerror();
  return text != nullptr ? text : "unknown error of the dynamic loader";
}

void load(OpenOutcome& outcome) {
  // Never closed: other libraries of the process may use it, and its threads outlive us.
  void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return fail(outcome, "library-not-found", loaderError());

  // The name without the suffix is the CUDA 11 function, which has another signature.
  void* entry = dlsym(library, "cuGetProcAddress_v2");
  if (entry == nullptr) return fail(outcome, "symbol-not-found", loaderError());

  Driver& driver = outcome.driver;
  SymbolFinder required(reinterpret_cast<PFN_cuGetProcAddress_v12000>(entry));
#define DG_FIND(name, version) required.find(driver.name, "cu" #name, version);
  DG_DRIVER_FUNCTIONS(DG_FIND)
#undef DG_FIND
  if (driver.DriverGetVersion != nullptr) driver.DriverGetVersion(&outcome.driverVersion);
  if (!required.missing().empty()) {
    return fail(outcome, "symbol-not-found", "the driver lacks " + required.missing());
  }
  SymbolFinder optional(reinterpret_cast<PFN_cuGetProcAddress_v12000>(entry));
  optional.find(driver.funcGetParamInfo, "cuFuncGetParamInfo", 12040);

  outcome.result = driver.Init(0);
  if (outcome.result != CUDA_SUCCESS) fail(outcome, "init-failed", driver.resultText(outcome.result));
}

}  // namespace

std::string Driver::resultName(CUresult result) const {
  const char* name = nullptr;
  if (GetErrorName != nullptr && GetErrorName(result, &name) == CUDA_SUCCESS && name != nullptr) return name;
  return "CUresult " + std::to_string(static_cast<int>(result));
}

std::string Driver::resultText(CUresult result) const {
  const char* text = nullptr;
  if (GetErrorString != nullptr && GetErrorString(result, &text) == CUDA_SUCCESS && text != nullptr) return text;
  return "unknown error";
}

const OpenOutcome& openDriver() {
  static std::once_flag once;
  // Not destroyed at exit: a worker may still be in a call then.
  static OpenOutcome* outcome = nullptr;
  std::call_once(once, [] {
    outcome = new OpenOutcome();
    load(*outcome);
  });
  return *outcome;
}

}  // namespace dg
