#include <napi.h>

#include "environment.h"
#include "functions.h"

namespace dg {
namespace {

Napi::Object initializeModule(Napi::Env env, Napi::Object exports) {
  Environment::create(env);
#define DG_EXPORT(name) exports.Set(#name, Napi::Function::New<name>(env, #name));
  DG_BINDING_FUNCTIONS(DG_EXPORT)
#undef DG_EXPORT
  return exports;
}

}  // namespace
}  // namespace dg

using dg::initializeModule;
NODE_API_MODULE(dg_runtime, initializeModule)
