import { DgValidationError } from '@dg/jit';
import type { Stream } from '../device/stream.js';
import { HostStream } from '../host/host-stream.js';

/**
 * Runs `work` in the order of a `cpu` stream: at once, or at every launch of the graph when the stream is
 * capturing. How reference implementations take part in captures.
 *
 * @throws DgValidationError when the stream does not belong to a `cpu` device.
 */
export function enqueueHostWork(stream: Stream, work: () => void): void {
  if (!(stream instanceof HostStream) || stream.device.kind !== 'cpu') {
    throw new DgValidationError(
      `expected a stream of the cpu device for enqueueHostWork but received one of ${stream.device.name}`,
    );
  }
  // Nothing to hold: the closure refers to the memory that it uses.
  stream.enqueue(work, []);
}
