import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelSource } from '../kernel-source.js';
import { kernelSource } from './kernel-source.js';
import { temporaryDirectory } from './temporary-directory.js';

/** Kernels `k` for the real compilers. */

export const TWICE = `#include "math/twice.h"
extern "C" __global__ void k(float* data) { data[threadIdx.x] = twice(data[threadIdx.x]); }
`;

/** With the header that `TWICE` includes. */
export function includeRoot(body = 'return 2 * x;'): string {
  const root = temporaryDirectory();
  mkdirSync(join(root, 'math'));
  writeFileSync(
    join(root, 'math/twice.h'),
    `#pragma once\n__device__ inline float twice(float x) { ${body} }\n`,
  );
  return root;
}

export function twiceSource(root = includeRoot()): KernelSource {
  return kernelSource({ code: TWICE, includeRoots: [root], strict: true });
}

export const LOCAL_MEMORY = `extern "C" __global__ void k(volatile float* data, int n) {
  float local[64];
  for (int i = 0; i < 64; ++i) local[i] = data[i];
  for (int i = 0; i < n; ++i) local[(i * 7 + n) & 63] += local[(i + n) & 63];
  data[n] = local[n & 63];
}`;

export const SERIALISED_WGMMA = `extern "C" __global__ void __launch_bounds__(128) k(unsigned long long a, float* out) {
  float d[4] = {0, 0, 0, 0};
  asm volatile("wgmma.fence.sync.aligned;");
  for (int i = 0; i < 4; ++i) {
    asm volatile("wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {%0,%1,%2,%3}, %4, %4, 1, 1, 1, 0, 0;"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "l"(a));
    d[0] += 1;
  }
  asm volatile("wgmma.commit_group.sync.aligned;");
  asm volatile("wgmma.wait_group.sync.aligned 0;");
  for (int i = 0; i < 4; ++i) out[i * 128 + threadIdx.x] = d[i];
}`;
