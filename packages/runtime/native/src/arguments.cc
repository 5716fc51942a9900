#include "arguments.h"

#include <cmath>
#include <cstdio>

namespace dg {
namespace {

const char* typeName(const Napi::Value& value) {
  switch (value.Type()) {
    case napi_undefined: return "undefined";
    case napi_null: return "null";
    case napi_boolean: return "a boolean";
    case napi_number: return "a number";
    case napi_string: return "a string";
    case napi_symbol: return "a symbol";
    case napi_object: return "an object";
    case napi_function: return "a function";
    case napi_external: return "an external value";
    case napi_bigint: return "a bigint";
  }
  return "an unknown value";
}

[[noreturn]] void throwType(Napi::Env env, const char* expected, const char* name, const Napi::Value& value) {
  throw Napi::TypeError::New(
      env, std::string("expected ") + expected + " for " + name + " but received " + typeName(value));
}

}  // namespace

void throwRange(Napi::Env env, const std::string& expected, const std::string& name, const std::string& received) {
  throw Napi::RangeError::New(env, "expected " + expected + " for " + name + " but received " + received);
}

std::string formatNumber(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

uint64_t Arguments::integer(size_t index, const char* name, uint64_t min, uint64_t max) const {
  const Napi::Value value = at(index);
  if (!value.IsNumber()) throwType(env(), "a number", name, value);
  const double number = value.As<Napi::Number>().DoubleValue();
  // Written so that NaN fails it.
  const bool valid = number >= static_cast<double>(min) && number <= static_cast<double>(max) &&
                     std::trunc(number) == number;
  if (!valid) {
    throwRange(env(), "an integer from " + std::to_string(min) + " to " + std::to_string(max), name,
               formatNumber(number));
  }
  return static_cast<uint64_t>(number);
}

bool Arguments::boolean(size_t index, const char* name) const {
  const Napi::Value value = at(index);
  if (!value.IsBoolean()) throwType(env(), "a boolean", name, value);
  return value.As<Napi::Boolean>().Value();
}

std::string Arguments::text(size_t index, const char* name) const {
  const Napi::Value value = at(index);
  if (!value.IsString()) throwType(env(), "a string", name, value);
  return value.As<Napi::String>().Utf8Value();
}

Napi::Function Arguments::function(size_t index, const char* name) const {
  const Napi::Value value = at(index);
  if (!value.IsFunction()) throwType(env(), "a function", name, value);
  return value.As<Napi::Function>();
}

std::span<const uint8_t> Arguments::bytes(size_t index, const char* name) const {
  const Napi::Value value = at(index);
  napi_typedarray_type type{};
  size_t length = 0;
  void* data = nullptr;
  const bool isBytes = value.IsTypedArray() &&
                       napi_get_typedarray_info(env(), value, &type, &length, &data, nullptr, nullptr) == napi_ok &&
                       type == napi_uint8_array;
  if (!isBytes) throwType(env(), "a Uint8Array", name, value);
  if (data == nullptr) length = 0;
  return {static_cast<const uint8_t*>(data), length};
}

}  // namespace dg
