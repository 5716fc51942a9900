#pragma once

// Proxy fences (PTX ISA 9.7.13.4).
namespace dg {

// Orders this thread's ordinary shared-memory writes before later reads by TMA or WGMMA.
__device__ __forceinline__ void fence_async_proxy_shared() {
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

}  // namespace dg
