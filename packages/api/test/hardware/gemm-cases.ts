import { createHash } from 'node:crypto';
import { type GemmConfig, gemmConfigName } from '@dg/kernels';
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

type Tile = readonly [blockM: number, blockN: number];
type Cluster = readonly [clusterM: number, clusterN: number];
type Variant = readonly [
  kind: 'fp8-1d2d' | 'bf16',
  tile: Tile,
  cluster: Cluster,
  output: GemmConfig['output'],
  store: GemmConfig['store'],
  accumulation: GemmCase['accumulation'],
];

const variants: readonly Variant[] = [
  ['fp8-1d2d', [64, 32], [1, 1], 'bfloat16', 'tma', 'none'],
  ['fp8-1d2d', [64, 128], [1, 1], 'float32', 'guarded', 'c'],
  ['fp8-1d2d', [128, 96], [1, 1], 'bfloat16', 'guarded', 'none'],
  ['fp8-1d2d', [128, 192], [2, 1], 'float32', 'tma', 'c'],
  ['fp8-1d2d', [128, 192], [1, 2], 'bfloat16', 'tma', 'none'],
  ['fp8-1d2d', [192, 96], [1, 1], 'float32', 'tma', 'in place'],
  ['fp8-1d2d', [192, 128], [2, 1], 'bfloat16', 'guarded', 'none'],
  ['fp8-1d2d', [192, 128], [1, 2], 'float32', 'tma', 'none'],
  ['bf16', [64, 16], [1, 1], 'bfloat16', 'tma', 'none'],
  ['bf16', [64, 64], [1, 1], 'float32', 'guarded', 'c'],
  ['bf16', [128, 160], [1, 1], 'bfloat16', 'tma', 'none'],
  ['bf16', [128, 256], [2, 1], 'bfloat16', 'guarded', 'none'],
  ['bf16', [128, 256], [1, 2], 'float32', 'tma', 'c'],
  ['bf16', [256, 128], [1, 1], 'float32', 'tma', 'none'],
];

const seed = 20_011;
/** Past the last whole tile in M and in N; TMA stores whole 16 bytes only. */
const tailRows = 37;
const tailColumns = { tma: 24, guarded: 25 } as const;
/** Two blocks of K, the last one partly empty. */
const depths = { 'fp8-1d2d': 160, bf16: 80 } as const;

/** A sample of the configurations that can be chosen: exact inputs, and random ones for every other. */
export function gemmCases(): ShippedKernelCase[] {
  return variants.flatMap((variant, index) =>
    (index % 2 === 0 ? (['integers', 'normal'] as const) : (['integers'] as const)).map((data) =>
      gemmCase(variant, index, data),
    ),
  );
}

function gemmCase(variant: Variant, index: number, dataKind: 'integers' | 'normal'): ShippedKernelCase {
  const [kind, , , output, store, accumulation] = variant;
  const config = configOf(variant);
  const random = seededRandom(seed).fork(index);
  const n = config.blockN * config.clusterN + tailColumns[store];
  const gemm = completeCase(random, {
    operandType: kind === 'bf16' ? 'bfloat16' : 'float8_e4m3fn',
    m: config.blockM * config.clusterM + tailRows,
    n,
    k: depths[kind],
    outputType: output,
    accumulation,
    data: dataKind,
    scaleLayoutA: 'mn-major aligned',
    ...(store === 'tma' ? { pitchD: n + 8, guardBytes: 256 } : {}),
  });
  const data = drawData(random, gemm);
  const { blockM, blockN, clusterM, clusterN, mathWarpgroups } = config;
  const tile = `${blockM}x${blockN}-w${mathWarpgroups}-c${clusterM}x${clusterN}-${output}-${store}`;
  return {
    name: `${kind} ${tile}, c ${accumulation}, ${dataKind}`,
    key: keyOf(gemm, data),
    run: async (device) => {
      const onDevice = uploadGemm(device, gemm, data);
      try {
        onDevice.reset();
        launchWithConfig(device, device.defaultStream, onDevice.operands, config);
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
          recordedRows: [0, blockM - 1, gemm.m - 1],
          compareRow: (row: number, recorded: HostArray, received: HostArray) =>
            compareRow(gemm, data, row, recorded, received),
        }),
  };
}

function configOf([kind, [blockM, blockN], [clusterM, clusterN], output, store]: Variant): GemmConfig {
  const wanted = { blockM, blockN, clusterM, clusterN, output, store };
  const names = Object.keys(wanted) as (keyof typeof wanted)[];
  const configs = denseGemmConfigs(kind);
  const config = configs.find((each) => names.every((name) => each[name] === wanted[name]));
  if (config !== undefined) return config;
  throw new Error(
    `expected ${JSON.stringify(wanted)} to be a reachable ${kind} configuration but received only ` +
      configs.map(gemmConfigName).join(', '),
  );
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
