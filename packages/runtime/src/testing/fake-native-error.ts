import type { NativeFailure } from '../native/binding.js';

export function nativeError(call: string, name: string, cuResult = 1): Error & NativeFailure {
  return Object.assign(new Error(`${call}: the fake driver says ${name}`), {
    cuResult,
    cuResultName: name,
    cuCall: call,
  });
}
