import { DgValidationError } from '@dg/jit';

/**
 * Throws DgValidationError when the callback of a capture returned a promise: what an async function queues after its
 * first `await` would run at once instead of being recorded.
 */
export function assertSynchronous(returned: unknown): void {
  if (typeof (returned as { then?: unknown } | null | undefined)?.then !== 'function') return;
  // It was refused; what becomes of it is nobody's business any more.
  (returned as PromiseLike<unknown>).then(undefined, () => {});
  throw new DgValidationError(
    'expected a function that returns when everything is queued for capture but received an async one',
  );
}
