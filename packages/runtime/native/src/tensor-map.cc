#include "tensor-map.h"

#include <cmath>
#include <span>
#include <string>

namespace dg {
namespace {

constexpr uint32_t kMaxRank = 5;

template <typename T>
std::string list(std::span<const T> values) {
  std::string text = "[";
  for (const T value : values) {
    if (text.size() > 1) text += ", ";
    text += formatNumber(static_cast<double>(value));
  }
  return text + "]";
}

std::string describe(uint32_t argumentIndex, const TensorMapPayload& payload) {
  const size_t rank = payload.rank >= 1 && payload.rank <= kMaxRank ? payload.rank : kMaxRank;
  return "tensor map of argument " + std::to_string(argumentIndex) + ": address " + formatNumber(payload.address) +
         ", element " + std::to_string(payload.element) + ", rank " + std::to_string(payload.rank) + ", dims " +
         list(std::span(payload.dims, rank)) + ", stridesBytes " + list(std::span(payload.stridesBytes, rank - 1)) +
         ", box " + list(std::span(payload.box, rank)) + ", swizzle " + std::to_string(payload.swizzle) +
         ", l2Promotion " + std::to_string(payload.l2Promotion);
}

bool toInteger(double value, uint64_t& integer) {
  const bool valid =
      value >= 0 && value <= static_cast<double>(kMaxSafeInteger) && std::trunc(value) == value;
  if (valid) integer = static_cast<uint64_t>(value);
  return valid;
}

}  // namespace

void encodeTensorMap(const Call& call, uint32_t argumentIndex, const TensorMapPayload& payload, CUtensorMap* map) {
  TensorMapCache& cache = call.environment().tensorMaps;
  if (const CUtensorMap* encoded = cache.find(payload)) {
    *map = *encoded;
    return;
  }
  uint64_t address = 0;
  cuuint64_t dims[kMaxRank]{};
  cuuint64_t stridesBytes[kMaxRank - 1]{};
  constexpr cuuint32_t kElementStrides[kMaxRank]{1, 1, 1, 1, 1};

  bool valid = payload.rank >= 1 && payload.rank <= kMaxRank && toInteger(payload.address, address);
  for (uint32_t dim = 0; valid && dim < payload.rank; ++dim) valid = toInteger(payload.dims[dim], dims[dim]);
  for (uint32_t dim = 0; valid && dim + 1 < payload.rank; ++dim) {
    valid = toInteger(payload.stridesBytes[dim], stridesBytes[dim]);
  }
  if (!valid) {
    throwRange(call.env(), "rank 1 to 5 and integers below 2^53", "a tensor map", describe(argumentIndex, payload));
  }

  const CUresult result = call.driver().TensorMapEncodeTiled(
      map, static_cast<CUtensorMapDataType>(payload.element), payload.rank, reinterpret_cast<void*>(address), dims,
      stridesBytes, payload.box, kElementStrides, CU_TENSOR_MAP_INTERLEAVE_NONE,
      static_cast<CUtensorMapSwizzle>(payload.swizzle), static_cast<CUtensorMapL2promotion>(payload.l2Promotion),
      CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  if (result == CUDA_SUCCESS) {
    cache.add(payload, *map);
    return;
  }
  throwFailure(call.env(), call.driver(), {result, "cuTensorMapEncodeTiled", describe(argumentIndex, payload)});
}

}  // namespace dg
