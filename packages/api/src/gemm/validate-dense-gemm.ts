import type { Device, Stream, Tensor } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { isSameView, overlaps } from '../validation/overlaps.js';
import { reject } from '../validation/reject.js';
import { requireLivingDevice, requireOnDevice } from '../validation/require-device.js';
import { requireBoolean, requireStream } from '../validation/require-options.js';
import { requireAccumulator, requireOutput } from '../validation/require-output.js';
import { rowAlignmentBytes, startMisalignmentBytes } from '../validation/start-misalignment.js';
import type { GemmOptions } from './gemm-options.js';

/** A GEMM that may be enqueued. */
export interface ValidGemm {
  readonly device: Device;
  readonly problem: GemmProblem;
  readonly operands: GemmOperands;
  readonly stream: Stream;
  readonly dependentLaunch: boolean;
}

/** Kernels count rows, columns and depth in 32-bit signed integers. */
const largestDimension = 2 ** 31 - 1;

/**
 * Checks what all dense NT GEMMs share, given operands that were checked one by one: K, D, C, options,
 * devices and overlaps. Nothing is built for messages unless a check fails: this runs on every call.
 */
export function validateDenseGemm(
  operation: string,
  a: Tensor,
  b: Tensor,
  scalesA: Tensor | undefined,
  scalesB: Tensor | undefined,
  output: unknown,
  options: GemmOptions,
): ValidGemm {
  const m = a.shape[0]!;
  const n = b.shape[0]!;
  const k = a.shape[1]!;
  if (m > largestDimension || n > largestDimension || k > largestDimension) {
    reject(operation, 'M, N and K below 2^31', `M ${m}, N ${n}, K ${k}`);
  }
  const d = requireOutput(operation, output, m, n);
  const c = options.c === undefined ? undefined : requireAccumulator(operation, options.c, d);

  const device = d.device;
  requireLivingDevice(operation, device);
  requireOnDevice(operation, 'a', a, device);
  requireOnDevice(operation, 'b', b, device);
  if (scalesA !== undefined) requireOnDevice(operation, 'a.scales', scalesA, device);
  if (scalesB !== undefined) requireOnDevice(operation, 'b.scales', scalesB, device);
  if (c !== undefined) requireOnDevice(operation, 'c', c, device);
  const stream = requireStream(operation, options.stream, device);
  const dependentLaunch = requireBoolean(operation, 'dependentLaunch', options.dependentLaunch);

  requireApart(operation, 'a', a, d);
  requireApart(operation, 'b', b, d);
  if (scalesA !== undefined) requireApart(operation, 'a.scales', scalesA, d);
  if (scalesB !== undefined) requireApart(operation, 'b.scales', scalesB, d);
  if (c !== undefined && !isSameView(c, d)) requireApart(operation, 'c', c, d);

  const outputType = d.dtype === 'bfloat16' ? 'bfloat16' : 'float32';
  const outputBytes = outputType === 'bfloat16' ? 2 : 4;
  return {
    device,
    problem: {
      kind: 'dense',
      operandType: a.dtype === 'bfloat16' ? 'bfloat16' : 'float8_e4m3fn',
      m,
      n,
      k,
      majorA: 'k',
      majorB: 'k',
      outputType,
      accumulate: c !== undefined,
      tmaStorable:
        (n * outputBytes) % rowAlignmentBytes === 0 &&
        (d.strides[0]! * outputBytes) % rowAlignmentBytes === 0 &&
        startMisalignmentBytes(d) === 0,
    },
    operands: { a, b, d, c, scalesA, scalesB },
    stream,
    dependentLaunch,
  };
}

function requireApart(operation: string, argument: string, input: Tensor, d: Tensor): void {
  if (overlaps(input, d)) {
    const exception = argument === 'c' ? ' or are the same view' : '';
    reject(operation, `${argument} and d that do not overlap${exception}`, 'two views that share memory');
  }
}
