import { bfloat16ToFloat32Array } from '@dg/layout';
import type { Stream, Tensor } from '@dg/runtime';
import type { InputPlace } from '../gemms/gemm-case.js';

export type OutputType = 'bfloat16' | 'float32';

/** Bytes that make NaN of either output type: an element that is not written spoils the check. */
const poisonByte = 0xff;
/** Bytes that make about 48.5 of either output type: too large beside a product for a check to miss it. */
const accumulatorByte = 0x42;

/** D, and what it holds before a launch that is checked. */
export interface GemmOutput {
  readonly d: Tensor<OutputType>;
  /** D itself, or no C. */
  readonly c: Tensor<OutputType> | undefined;
  /** Every element of C after a reset; undefined without C. */
  readonly addend: number | undefined;
  reset(stream: Stream): void;
}

/** A new D; where `accumulate` it is C as well. */
export function newGemmOutput(
  { device, stream }: InputPlace,
  shape: readonly number[],
  outputType: OutputType,
  accumulate: boolean,
): GemmOutput {
  const d = device.empty(shape, outputType, { label: 'd' });
  const byte = accumulate ? accumulatorByte : poisonByte;
  const reset = (target: Stream) => d.buffer.fill(byte, undefined, { stream: target });
  reset(stream);
  return accumulate
    ? { d, c: d, addend: accumulatorValue(outputType), reset }
    : { d, c: undefined, addend: undefined, reset };
}

function accumulatorValue(outputType: OutputType): number {
  const bytes = new Uint8Array(4).fill(accumulatorByte).buffer;
  return outputType === 'float32'
    ? new Float32Array(bytes)[0]!
    : bfloat16ToFloat32Array(new Uint16Array(bytes))[0]!;
}
