#pragma once
#include "dg/types.cuh"

// Tensor maps that lie in global memory and are made on the device (PTX ISA 9.7.9.28 tensormap.replace, 9.7.13.4 fence).
namespace dg {

// `map` is a map as the host encodes it; what is replaced keeps the other fields.
__device__ __forceinline__ void replace_address(TensorMap* map, const void* address) {
  asm volatile("tensormap.replace.tile.global_address.global.b1024.b64 [%0], %1;" ::"l"(map), "l"(address) : "memory");
}

// Of the contiguous dimension, in elements.
__device__ __forceinline__ void replace_length(TensorMap* map, u32 length) {
  asm volatile("tensormap.replace.tile.global_dim.global.b1024.b32 [%0], 0, %1;" ::"l"(map), "r"(length) : "memory");
}

// Bytes from a line to the next: a multiple of 16. Compilers before CUDA 12.5 take what the map holds, which is those
// bytes without their four lowest bits.
__device__ __forceinline__ void replace_pitch(TensorMap* map, u64 bytes) {
#if __CUDACC_VER_MAJOR__ > 12 || (__CUDACC_VER_MAJOR__ == 12 && __CUDACC_VER_MINOR__ >= 5)
  const u64 pitch = bytes;
#else
  const u64 pitch = bytes >> 4;
#endif
  asm volatile("tensormap.replace.tile.global_stride.global.b1024.b64 [%0], 0, %1;" ::"l"(map), "l"(pitch) : "memory");
}

// After maps were made, by who made them.
__device__ __forceinline__ void release_tensor_maps() {
  asm volatile("fence.proxy.tensormap::generic.release.gpu;" ::: "memory");
}

// Before a map that another grid made is used for copies, by who uses it.
__device__ __forceinline__ void acquire_tensor_map(const TensorMap& map) {
  asm volatile("fence.proxy.tensormap::generic.acquire.gpu [%0], 128;" ::"l"(&map) : "memory");
}

}  // namespace dg
