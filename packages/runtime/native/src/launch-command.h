#pragma once

#include <cstddef>
#include <cstdint>

namespace dg {

// The layout is described in src/native/launch-command.ts; keep the two in step.

inline constexpr uint32_t kFlagDependentLaunch = 1;

inline constexpr uint32_t kArgumentScalar = 0;
inline constexpr uint32_t kArgumentTensorMap = 1;

struct LaunchHeader {
  uint32_t grid[3];
  uint32_t block[3];
  uint32_t cluster[3];
  uint32_t dynamicSharedMemoryBytes;
  uint32_t flags;
  uint32_t argumentCount;
  uint8_t zero[16];
};
static_assert(sizeof(LaunchHeader) == 64);

struct ArgumentHeader {
  uint32_t kind;
  uint32_t parameterBytes;
};
static_assert(sizeof(ArgumentHeader) == 8);

inline constexpr size_t kScalarPayloadBytes = 8;

struct TensorMapPayload {
  double address;
  uint32_t element;
  uint32_t rank;
  uint32_t swizzle;
  uint32_t l2Promotion;
  double dims[5];
  double stridesBytes[4];
  uint32_t box[5];
  uint8_t zero[20];
};
static_assert(sizeof(TensorMapPayload) == 136);

}  // namespace dg
