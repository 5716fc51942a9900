#pragma once

// Programmatic dependent launch (PTX ISA 9.7.13.13). Without the launch attribute both do nothing.
namespace dg {

// Returns when the grids before this one have finished and their writes are visible.
__device__ __forceinline__ void wait_for_previous_grids() {
  asm volatile("griddepcontrol.wait;" ::: "memory");
}

// Lets the next grid start. Makes nothing visible to it.
__device__ __forceinline__ void let_next_grid_start() {
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
}

}  // namespace dg
