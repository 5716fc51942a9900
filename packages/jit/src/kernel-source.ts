/**
 * One kernel to compile. `@dg/kernels` makes these from its descriptors; anyone may make their own.
 *
 * `code` is a CUDA C++ translation unit with an `extern "C" __global__` function called `entry`.
 * Its `#include "..."` lines are resolved against `includeRoots`, and only the headers it reaches
 * from there enter the cache key, by content and relative path.
 */
export interface KernelSource {
  /** Short and readable, for logs and cache entries: `fp8-gemm-1d2d`. */
  readonly name: string;
  /** Name of the `extern "C"` kernel function. */
  readonly entry: string;
  readonly code: string;
  /** Absolute directories; their location is not part of the cache key, their content is. */
  readonly includeRoots: readonly string[];
  /** Extra compiler flags, in order. Include paths, outputs and architectures are not flags: they are refused. */
  readonly flags?: readonly string[];
  /** A cubin that uses local memory or whose WGMMA the assembler serialises then fails to build. */
  readonly strict?: boolean;
}
