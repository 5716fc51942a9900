import { type KernelSource, mnMajorCopyKernel } from '@dg/kernels';
import {
  type Noise,
  type Promotion,
  type PromotionVariant,
  promotionVariantName,
  stagesOf,
} from './promotion-variant.js';

export interface PromotionKernel {
  readonly source: KernelSource;
  readonly threads: number;
  readonly sharedMemoryBytes: number;
}

const scaleBytes = 4096;
const noiseBytes = 32_768;
/** Floats of the output for each CTA: cycles of a stage for each warpgroup, then of a round of noise. */
export const resultsPerBlock = 8;

/**
 * The kernel of a variant. Without `clock`, for devices that have none, the cycles are 0.
 *
 * Parameters: float* results, const u8* source of bulk copies (32 KiB), u32 passes of the loop.
 */
export function promotionKernel(variant: PromotionVariant, clock = true): PromotionKernel {
  const { warpgroups, fragments, columns, noise } = variant;
  const stages = stagesOf(variant);
  const aBytes = warpgroups * fragments * 64 * 128;
  const operandBytes = stages * (aBytes + columns * 128);
  const threads = 128 * (warpgroups + (noise === 'none' ? 0 : 1));
  const now = clock ? 'clock64()' : '0ull';
  const code = `#include "dg/mma/warpgroup_mma.cuh"
#include "dg/ptx/mbarrier.cuh"
#include "dg/ptx/shared_memory.cuh"

using namespace dg;

constexpr u32 warpgroups = ${warpgroups}, fragments = ${fragments}, columns = ${columns}, partial_sums = ${variant.partialSums};
constexpr u32 stages = ${stages}, a_bytes = ${aBytes}, b_bytes = ${columns * 128};

extern "C" __global__ void __launch_bounds__(${threads}, 1)
    dg_promotion(float* results, const u8* source, u32 passes) {
  extern __shared__ __align__(1024) u8 memory[];
  const u32 base = (shared_address(memory) + 1023) & ~1023u;
  const u32 scales = base + ${operandBytes}, noise_memory = scales + ${scaleBytes};
  const u32 done = noise_memory + ${noiseBytes}, barrier = done + 64;
  // Random FP8 codes below 2 in magnitude: power depends on them.
  for (u32 i = threadIdx.x; i < ${operandBytes / 4}; i += ${threads}) {
    u32 r = i * 2654435761u;
    r = (r ^ r >> 13) * 0x5bd1e995u;
    store_shared_f32(base + i * 4, __uint_as_float((r ^ r >> 15) & 0xBFBFBFBFu));
  }
  for (u32 i = threadIdx.x; i < ${(scaleBytes + noiseBytes) / 4}; i += ${threads}) store_shared_f32(scales + i * 4, 1.0f / 1024);
  if (threadIdx.x == 0) {
    store_shared_f32(done, 0);
    mbarrier_init(barrier, 1);
  }
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
  __syncthreads();
  const u32 warpgroup = threadIdx.x / 128, lane = threadIdx.x % 32;
  if (warpgroup < warpgroups) {
    const auto a_of = [&](u32 f, u32 stage) {
      return operand_descriptor<Major::k>(base + stage * a_bytes + (warpgroup * fragments + f) * 8192);
    };
    const auto b_of = [&](u32 stage) { return operand_descriptor<Major::k>(base + stages * a_bytes + stage * b_bytes); };
    float accumulators[fragments][columns / 2] = {};
    const u32 row_scales = scales + (threadIdx.x % 128 / 32 * 16 + lane / 4) * 4, column_scales = scales + 2048 + lane % 4 * 8;
    const u64 start = ${now};
    for (u32 pass = 0; pass < passes; ++pass) {
${variant.promotion === 'none' ? unpromotedPass() : promotedPass(variant.promotion)}
    }
    const u64 cycles = ${now} - start;
    float sum = 0;
    for (u32 f = 0; f < fragments; ++f) for (u32 i = 0; i < columns / 2; ++i) sum += accumulators[f][i];
    if (threadIdx.x % 128 == 0) {
      results[blockIdx.x * ${resultsPerBlock} + warpgroup] = static_cast<float>(cycles) / (passes * stages);
      asm volatile("st.volatile.shared.f32 [%0], %1;" ::"r"(done), "f"(1.0f) : "memory");
    }
    // Never so, but the compiler does not know.
    if (sum == 12345.678f) results[0] = sum;
  }${noise === 'none' ? '' : noiseBranch(noise, now)}
}
`;
  return {
    source: {
      name: `promotion-${promotionVariantName(variant).replaceAll(/[^a-z0-9]+/g, '-')}`,
      entry: 'dg_promotion',
      code,
      includeRoots: mnMajorCopyKernel.includeRoots,
    },
    threads,
    sharedMemoryBytes: 1024 + operandBytes + scaleBytes + noiseBytes + 1024,
  };
}

/** Sums stay in the tensor cores' accumulators. */
function unpromotedPass(): string {
  return `#pragma unroll
      for (u32 f = 0; f < fragments; ++f) pin_registers(accumulators[f]);
      wgmma_fence();
#pragma unroll
      for (u32 step = 0; step < stages * fragments; ++step) {
        const u32 f = step % fragments, stage = step / fragments;
        issue_stage_mma<OperandType::float8_e4m3, columns>(accumulators[f], a_of(f, stage), b_of(stage), true);
        wgmma_commit();
      }
      wgmma_wait<0>();
#pragma unroll
      for (u32 f = 0; f < fragments; ++f) pin_registers(accumulators[f]);`;
}

/** As Fp8Gemm::multiply_run has it. */
function promotedPass(promotion: Exclude<Promotion, 'none'>): string {
  return `      float partial[partial_sums][columns / 2];
      float upper[partial_sums], lower[partial_sums], block[partial_sums];
      constexpr u32 steps = stages * fragments, ahead = partial_sums - 1;
#pragma unroll
      for (u32 step = 0; step < steps + ahead; ++step) {
        if (step < steps) {
          const u32 slot = step % partial_sums, f = step % fragments, stage = step / fragments;
          pin_registers(partial[slot]);
          wgmma_fence();
          issue_stage_mma<OperandType::float8_e4m3, columns>(partial[slot], a_of(f, stage), b_of(stage), false);
          wgmma_commit();
          upper[slot] = load_shared_f32(row_scales);
          lower[slot] = load_shared_f32(row_scales + 32);
          block[slot] = load_shared_f32(scales + 1024 + stage * 4);
        }
        if (step + 1 < partial_sums) continue;
        const u32 done_step = step - ahead, slot = done_step % partial_sums;
        if (step < steps) wgmma_wait<ahead>(); else wgmma_wait<0>();
        pin_registers(partial[slot]);
        float (&acc)[columns / 2] = accumulators[done_step % fragments];
        float (&sum)[columns / 2] = partial[slot];
        const float scale_upper = upper[slot] * block[slot], scale_lower = lower[slot] * block[slot];
#pragma unroll
        for (u32 i = 0; i < columns / 2; i += 4) {
${elementsOf(promotion)}
        }
      }`;
}

function elementsOf(promotion: Exclude<Promotion, 'none'>): string {
  const loads = `          float even, odd;
          load_shared_f32x2(column_scales + i * 8, even, odd);\n`;
  const four = (product: (row: string, column: string, element: string) => string) =>
    [0, 1, 2, 3]
      .map((j) => {
        const element = `sum[i + ${j}]`;
        return `          acc[i + ${j}] += ${product(j < 2 ? 'scale_upper' : 'scale_lower', j % 2 ? 'odd' : 'even', element)};`;
      })
      .join('\n');
  switch (promotion) {
    case 'add':
      return four((_row, _column, element) => element);
    case 'per block':
      return four((row, _column, element) => `${row} * ${element}`);
    case 'per column':
      return loads + four((row, column, element) => `${row} * ${column} * ${element}`);
    case 'columns first':
      return loads + four((row, column, element) => `${row} * (${column} * ${element})`);
    case 'columns only':
      return loads + four((_row, column, element) => `${column} * ${element}`);
  }
}

/** Goes on until a warpgroup is done. */
function noiseBranch(noise: Exclude<Noise, 'none'>, now: string): string {
  return ` else {
    float x[32];
    u32 y[32];
    u32 rounds = 0, phase = 0;
    for (u32 i = 0; i < 32; ++i) x[i] = threadIdx.x * 0.001f + i, y[i] = threadIdx.x + i;
    const u64 start = ${now};
    for (float stop = 0; stop == 0; ++rounds) {
${roundOf(noise)}
      asm volatile("ld.volatile.shared.f32 %0, [%1];" : "=f"(stop) : "r"(done) : "memory");
    }
    const u64 cycles = ${now} - start;
    float sum = phase;
    for (u32 i = 0; i < 32; ++i) sum += x[i] + y[i];
    if (threadIdx.x % 128 == 0) results[blockIdx.x * ${resultsPerBlock} + warpgroups] = static_cast<float>(cycles) / rounds;
    if (sum == 12345.678f) results[0] = sum;
  }`;
}

function roundOf(noise: Exclude<Noise, 'none'>): string {
  const unrolled = (statement: string, step = 1) =>
    `#pragma unroll\n      for (u32 i = 0; i < 32; i += ${step}) ${statement}`;
  switch (noise) {
    case 'multiply-add':
      return unrolled('x[i] = x[i] * x[(i + 5) % 32] + x[(i + 11) % 32];');
    case 'multiply':
      return unrolled('x[i] *= x[(i + 5) % 32];');
    case 'integer':
      return unrolled('y[i] = (y[i] ^ y[(i + 7) % 32]) + 3;');
    case 'shared loads':
      return unrolled('x[i] += load_shared_f32x4(noise_memory + lane * 16 + i * 128).x;', 4);
    case 'shared stores':
      return unrolled(
        'store_shared_f32x4(noise_memory + threadIdx.x % 128 * 16 + i * 512, {x[i], x[i + 1], x[i + 2], x[i + 3]});',
        4,
      );
    case 'bulk copies':
      return `      if (threadIdx.x % 128 == 0) {
        mbarrier_arrive_expect_bytes(barrier, ${noiseBytes});
        asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(noise_memory),
                     "l"(source), "r"(${noiseBytes}), "r"(barrier)
                     : "memory");
        mbarrier_wait(barrier, phase);
      }
      phase ^= 1;`;
  }
}
