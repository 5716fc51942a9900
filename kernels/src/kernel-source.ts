/**
 * One kernel to compile: the same shape as `KernelSource` of `@dg/jit`, on which this package does not depend.
 *
 * `code` is a CUDA C++ translation unit with an `extern "C" __global__` function called `entry`. Its
 * `#include "..."` lines are resolved against `includeRoots`.
 */
export interface KernelSource {
  /** Short and readable, for logs and cache entries: `cast-1x128-bfloat16`. */
  readonly name: string;
  /** Name of the `extern "C"` kernel function. */
  readonly entry: string;
  readonly code: string;
  /** Absolute directories. */
  readonly includeRoots: readonly string[];
  /** Extra compiler flags, in order. */
  readonly flags?: readonly string[];
  /** Local memory or serialised WGMMA fails the build. */
  readonly strict?: boolean;
}
