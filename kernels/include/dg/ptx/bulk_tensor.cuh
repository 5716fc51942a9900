#pragma once
#include "dg/types.cuh"

// Tensor copies by the tensor memory accelerator (PTX ISA 9.7.9.27). x is the contiguous dimension.
namespace dg {

__device__ __forceinline__ void prefetch_tensor_map(const TensorMap& map) {
  asm volatile("prefetch.tensormap [%0];" ::"l"(&map) : "memory");
}

// Loads one box; its bytes arrive on `barrier`.
__device__ __forceinline__ void load_tensor(const TensorMap& map, u32 destination, u32 barrier, u32 x, u32 y) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, {%3, %4}], [%2];" ::"r"(
          destination),
      "l"(&map), "r"(barrier), "r"(x), "r"(y)
      : "memory");
}

__device__ __forceinline__ void load_tensor(const TensorMap& map, u32 destination, u32 barrier, u32 x, u32 y, u32 z) {
  asm volatile(
      "cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, {%3, %4, %5}], [%2];" ::"r"(
          destination),
      "l"(&map), "r"(barrier), "r"(x), "r"(y), "r"(z)
      : "memory");
}

// Asks L2 for one box. No more than a hint, so that it may come before what is read has been written.
__device__ __forceinline__ void prefetch_tensor(const TensorMap& map, u32 x, u32 y) {
  asm volatile("cp.async.bulk.prefetch.tensor.2d.L2.global [%0, {%1, %2}];" ::"l"(&map), "r"(x), "r"(y) : "memory");
}

// Loads one box into the same offset of every CTA in `cta_mask`; each CTA's barrier at that offset gets the bytes.
__device__ __forceinline__ void load_tensor_multicast(const TensorMap& map, u32 destination, u32 barrier, u32 x, u32 y,
                                                      u16 cta_mask) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster"
      " [%0], [%1, {%3, %4}], [%2], %5;" ::"r"(destination),
      "l"(&map), "r"(barrier), "r"(x), "r"(y), "h"(cta_mask)
      : "memory");
}

// Stores one box. Rows outside the tensor are clipped; columns are clipped to whole 16-byte units only, so that a
// tensor whose rows are not a multiple of 16 bytes long is overrun (seen on the H200; the manual does not say).
__device__ __forceinline__ void store_tensor(const TensorMap& map, u32 source, u32 x, u32 y) {
  asm volatile("cp.async.bulk.tensor.2d.global.shared::cta.bulk_group [%0, {%2, %3}], [%1];" ::"l"(&map), "r"(source),
               "r"(x), "r"(y)
               : "memory");
}

__device__ __forceinline__ void store_tensor(const TensorMap& map, u32 source, u32 x, u32 y, u32 z) {
  asm volatile("cp.async.bulk.tensor.3d.global.shared::cta.bulk_group [%0, {%2, %3, %4}], [%1];" ::"l"(&map),
               "r"(source), "r"(x), "r"(y), "r"(z)
               : "memory");
}

// Adds one box of float32 to what the tensor has, in L2: one rounded addition for each element.
__device__ __forceinline__ void add_tensor(const TensorMap& map, u32 source, u32 x, u32 y) {
  asm volatile("cp.reduce.async.bulk.tensor.2d.global.shared::cta.add.bulk_group [%0, {%2, %3}], [%1];" ::"l"(&map),
               "r"(source), "r"(x), "r"(y)
               : "memory");
}

__device__ __forceinline__ void add_tensor(const TensorMap& map, u32 source, u32 x, u32 y, u32 z) {
  asm volatile("cp.reduce.async.bulk.tensor.3d.global.shared::cta.add.bulk_group [%0, {%2, %3, %4}], [%1];" ::"l"(&map),
               "r"(source), "r"(x), "r"(y), "r"(z)
               : "memory");
}

__device__ __forceinline__ void commit_stores() {
  asm volatile("cp.async.bulk.commit_group;" ::: "memory");
}

// Returns when all but the `Pending` newest groups have finished reading shared memory.
template <u32 Pending>
__device__ __forceinline__ void wait_for_store_reads() {
  asm volatile("cp.async.bulk.wait_group.read %0;" ::"n"(Pending) : "memory");
}

}  // namespace dg
