import type { NativeFailure } from './binding.js';

/** Whether the binding threw this for a driver call that failed. */
export function isNativeFailure(error: unknown): error is Error & NativeFailure {
  return error instanceof Error && typeof (error as { cuResultName?: unknown }).cuResultName === 'string';
}
