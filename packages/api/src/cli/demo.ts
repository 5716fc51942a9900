import { perBlockCastToFp8, perTokenCastToFp8 } from '@dg/layout';
import type { Device, Stream, Tensor } from '@dg/runtime';
import { bf16GemmNt } from '../gemm/bf16-gemm-nt.js';
import { fp8GemmNt } from '../gemm/fp8-gemm-nt.js';
import { randomBfloat16Codes } from './random-codes.js';
import { sampledDiff } from './sampled-diff.js';
import { type CallTimes, timeCalls } from './time-calls.js';

export interface DemoShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

export interface DemoResult extends CallTimes {
  readonly operation: string;
  readonly teraflops: number;
  /** Against the product of the bfloat16 inputs in float64. */
  readonly diff: number;
  readonly largestDiff: number;
  readonly passed: boolean;
}

export const gpuShape: DemoShape = { m: 4096, n: 4096, k: 7168 };
/** Small enough for a second or two on one core. */
export const cpuShape: DemoShape = { m: 256, n: 512, k: 1024 };

const largestFp8Diff = 1e-3;
const largestBf16Diff = 1e-5;
const seedA = 1;
const seedB = 2;
/** 16 bytes of bfloat16: what a row pitch must be a multiple of. */
const pitchElements = 8;

/** Multiplies two random matrices in FP8 and in BF16, times both and holds them against float64. */
export async function runDemo(device: Device, shape: DemoShape): Promise<DemoResult[]> {
  const { m, n, k } = shape;
  const codesA = randomBfloat16Codes(m * k, seedA);
  const codesB = randomBfloat16Codes(n * k, seedB);
  const a = upload(device, codesA, m, k);
  const b = upload(device, codesB, n, k);
  const d = device.empty([m, n], 'bfloat16');
  const scaledA = perTokenCastToFp8(a);
  const scaledB = perBlockCastToFp8(b);

  const measure = async (operation: string, largestDiff: number, enqueue: (stream: Stream) => void) => {
    const times = await timeCalls(device, enqueue);
    const output = (await d.read()) as Uint16Array;
    const diff = sampledDiff({ m, n, k, a: codesA, b: codesB, d: output });
    const teraflops = (2 * m * n * k) / times.callMicroseconds / 1e6;
    return { ...times, operation, teraflops, diff, largestDiff, passed: diff < largestDiff };
  };
  const results = [
    await measure('fp8GemmNt', largestFp8Diff, (stream) => fp8GemmNt(scaledA, scaledB, d, { stream })),
    await measure('bf16GemmNt', largestBf16Diff, (stream) => bf16GemmNt(a, b, d, { stream })),
  ];
  for (const tensor of [a, b, d, scaledA.data, scaledA.scales, scaledB.data, scaledB.scales])
    tensor.destroy();
  return results;
}

function upload(device: Device, codes: Uint16Array, rows: number, columns: number): Tensor {
  const pitch = Math.ceil(columns / pitchElements) * pitchElements;
  const tensor = device.empty([rows, pitch], 'bfloat16').slice(1, 0, columns);
  tensor.write(codes);
  return tensor;
}
