import type { DeviceBuffer } from '../device/device-buffer.js';
import { Scratch } from '../device/scratch.js';
import type { Stream } from '../device/stream.js';
import { CudaStream } from './cuda-stream.js';

/** For each stream. To fill more takes the GPU longer than to allocate it takes the host. */
export const mostKeptBytes = 64 * 2 ** 20;
const leastKeptBytes = 2 ** 20;

/**
 * Runs `use`, which may use scratch memory in work that it queues on `stream`, and nowhere else. A `cuda`
 * stream keeps the memory for its next call, whose work comes after this one's, so that a call that is made again
 * allocates nothing: at most 64 MiB for each stream, until the stream is destroyed or memory is out.
 */
export function withScratch<T>(stream: Stream, use: (scratch: Scratch) => T): T {
  // A graph may run beside the stream that captured it: its memory is its own. Other devices keep none.
  const queue = stream instanceof CudaStream && !stream.capturing ? stream.queue : undefined;
  const kept = queue?.takeScratch();
  const scratch = new Scratch(stream.device, kept);
  try {
    return use(scratch);
  } finally {
    scratch.destroyMade();
    queue?.keepScratch(keptAfter(scratch, kept, stream));
  }
}

/** `kept`, or in its place what would have held all that was taken. */
function keptAfter(
  { takenBytes }: Scratch,
  kept: DeviceBuffer | undefined,
  stream: Stream,
): DeviceBuffer | undefined {
  if (takenBytes <= (kept?.byteLength ?? 0) || takenBytes > mostKeptBytes) return kept;
  kept?.destroy();
  const byteLength = Math.max(2 ** Math.ceil(Math.log2(takenBytes)), leastKeptBytes);
  try {
    return stream.device.createBuffer({ byteLength, label: 'scratch' });
  } catch {
    // The call is queued: it must not fail for the sake of a later one.
    return undefined;
  }
}
