import { type HostArray, type HostArrayOf, Tensor } from '@dg/runtime';
import type { GuardedTensor } from '@dg/testing';
import type * as api from '../../src/index.js';
import { type CallArguments, callEntryPoint, type EntryPointName, type GemmLibrary } from './entry-points.js';
import { poisonedLike } from './poisoned-tensor.js';

/** How a call is enqueued, and what else it may say without changing its result. */
export type RunOptions = api.CallOptions & Pick<api.KGroupedOptions, 'ksHost'>;

/** One call in device memory, ready to be made any number of times. */
export interface UploadedGemm {
  readonly entry: EntryPointName;
  readonly call: CallArguments;
  /** Holds D. */
  readonly output: GuardedTensor;
  /** Fills D with poison, or with C's values when C is D. */
  reset(): void;
  run(options?: RunOptions, library?: GemmLibrary): void;
  destroy(): void;
}

/** `original` has the values of C when that is D. */
export function uploadedGemm(
  entry: EntryPointName,
  call: CallArguments,
  output: GuardedTensor,
  original: HostArray | undefined,
): UploadedGemm {
  const d = output.tensor as Tensor<'float32' | 'bfloat16'>;
  const hostType = d.dtype === 'float32' ? new Float32Array() : new Uint16Array();
  const initial = original ?? poisonedLike<HostArray>(hostType, d.elementCount);
  return {
    entry,
    call,
    output,
    reset: () => d.write(initial as HostArrayOf[typeof d.dtype]),
    run: (options = {}, library) =>
      callEntryPoint(entry, { ...call, options: { ...call.options, ...options } }, library),
    destroy: () => {
      for (const tensor of inputsOf(call)) tensor.destroy();
      output.destroy();
    },
  };
}

/** Every tensor of a call but D, C among them. */
export function inputsOf(call: CallArguments): Tensor[] {
  const { d, ...others } = call;
  return Object.values({ ...others, ...call.options }).filter(
    (value): value is Tensor => value instanceof Tensor && value !== d,
  );
}
