import { createHash } from 'node:crypto';
import type { GemmConfig } from '@dg/kernels';
import type { HostArray } from '@dg/runtime';
import { seededRandom } from '@dg/testing';
import { denseGemmConfigs } from '../../src/config/gemm-candidates.js';
import { measureRow } from '../support/accuracy.js';
import { uploadGemm } from '../support/device-gemm.js';
import { completeCase, type GemmCase } from '../support/gemm-case.js';
import { drawData, type GemmData } from '../support/gemm-data.js';
import { launchWithConfig } from '../support/launch-with-config.js';
import { decodeCodes } from '../support/number-formats.js';
import { oracleRow } from '../support/oracle.js';
import { bytesOf, type ShippedKernelCase } from './shipped-kernel.js';

type Variant = readonly [
  kind: 'fp8-1d2d' | 'bf16',
  m: number,
  n: number,
  output: GemmConfig['output'],
  store: GemmConfig['store'],
  accumulation: GemmCase['accumulation'],
];

/** Past whole tiles in M and in N, whichever configuration runs; TMA stores whole 16 bytes only. */
const variants: readonly Variant[] = [
  ['fp8-1d2d', 101, 56, 'bfloat16', 'tma', 'none'],
  ['fp8-1d2d', 101, 153, 'float32', 'guarded', 'c'],
  ['fp8-1d2d', 165, 121, 'bfloat16', 'guarded', 'none'],
  ['fp8-1d2d', 293, 216, 'float32', 'tma', 'c'],
  ['fp8-1d2d', 165, 408, 'bfloat16', 'tma', 'none'],
  ['fp8-1d2d', 229, 120, 'float32', 'tma', 'in place'],
  ['fp8-1d2d', 421, 153, 'bfloat16', 'guarded', 'none'],
  ['fp8-1d2d', 229, 280, 'float32', 'tma', 'none'],
  ['bf16', 101, 40, 'bfloat16', 'tma', 'none'],
  ['bf16', 101, 89, 'float32', 'guarded', 'c'],
  ['bf16', 165, 184, 'bfloat16', 'tma', 'none'],
  ['bf16', 293, 281, 'bfloat16', 'guarded', 'none'],
  ['bf16', 165, 536, 'float32', 'tma', 'c'],
  ['bf16', 293, 152, 'float32', 'tma', 'none'],
];

const seed = 20_011;
/** Two blocks of K, the last one partly empty. */
const depths = { 'fp8-1d2d': 160, bf16: 80 } as const;

/** Exact inputs for every variant, and random ones for every other. */
export function gemmCases(): ShippedKernelCase[] {
  return variants.flatMap((variant, index) =>
    (index % 2 === 0 ? (['integers', 'normal'] as const) : (['integers'] as const)).map((data) =>
      gemmCase(variant, index, data),
    ),
  );
}

function gemmCase(variant: Variant, index: number, dataKind: 'integers' | 'normal'): ShippedKernelCase {
  const [kind, m, n, output, store, accumulation] = variant;
  const k = depths[kind];
  const random = seededRandom(seed).fork(index);
  const gemm = completeCase(random, {
    operandType: kind === 'bf16' ? 'bfloat16' : 'float8_e4m3fn',
    m,
    n,
    k,
    outputType: output,
    accumulation,
    data: dataKind,
    scaleLayoutA: 'mn-major aligned',
    ...(store === 'tma' ? { pitchD: n + 8, guardBytes: 256 } : {}),
  });
  const data = drawData(random, gemm);
  return {
    name: `${kind} ${m}x${n}x${k} ${output} ${store}, c ${accumulation}, ${dataKind}`,
    key: keyOf(gemm, data),
    run: async (device) => {
      const onDevice = uploadGemm(device, gemm, data);
      try {
        onDevice.reset();
        launchWithConfig(device, device.defaultStream, onDevice.operands, sampleConfig(variant, index));
        const d = await onDevice.read();
        await onDevice.output.expectGuardsIntact();
        return { arrays: [d], columns: n };
      } finally {
        onDevice.destroy();
      }
    },
    ...(dataKind === 'integers'
      ? {}
      : {
          recordedRows: [0, Math.min(m - 38, 191), m - 1],
          compareRow: (row: number, recorded: HostArray, received: HostArray) =>
            compareRow(gemm, data, row, recorded, received),
        }),
  };
}

/** One of the configurations that can run the variant. Which one decides no bit of an exact result. */
function sampleConfig([kind, , , output, store]: Variant, index: number): GemmConfig {
  const configs = denseGemmConfigs(kind).filter((each) => each.output === output && each.store === store);
  return configs[(index * 3) % configs.length]!;
}

/**
 * Of Σ|a·b|, between hardware and simulator. FP8: what the narrow accumulator of an H200 was measured to need
 * (test-settings.ts). BF16: NUMERICS allows each side 1e-6.
 */
const epsilons = { float8_e4m3fn: 2e-3, bfloat16: 2e-6 } as const;

function compareRow(
  gemm: GemmCase,
  data: GemmData,
  row: number,
  recorded: HostArray,
  received: HostArray,
): string | undefined {
  const { magnitudes } = oracleRow(data, row);
  const expected = { row, values: Float64Array.from(numbersOf(recorded)), magnitudes };
  return measureRow(numbersOf(received), expected, gemm.outputType, epsilons[gemm.operandType]).failure;
}

function numbersOf(array: HostArray): ArrayLike<number> {
  return array instanceof Uint16Array ? decodeCodes(array) : (array as Float32Array);
}

function keyOf({ m, n, k, outputType, accumulation }: GemmCase, data: GemmData): string {
  const hash = createHash('sha256').update(JSON.stringify([m, n, k, outputType, accumulation]));
  for (const array of [data.codesA, data.codesB, data.codesC, data.scalesA, data.scalesB]) {
    if (array !== undefined) hash.update(bytesOf(array));
  }
  return hash.digest('hex').slice(0, 16);
}
