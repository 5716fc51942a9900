#pragma once
#include "dg/types.cuh"

namespace dg {

// Where a producer or consumer stands in a ring of stages. The parity flips each time round, and is the phase
// of the stage's barriers.
template <u32 Stages>
struct RingPosition {
  u32 stage = 0;
  u32 parity = 0;

  // After so many steps, a round at most.
  __device__ __forceinline__ static RingPosition after(u32 steps) {
    return steps < Stages ? RingPosition{steps, 0} : RingPosition{0, 1};
  }

  __device__ __forceinline__ void advance() {
    if (++stage == Stages) {
      stage = 0;
      parity ^= 1;
    }
  }
};

}  // namespace dg
