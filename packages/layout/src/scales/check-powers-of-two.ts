import { describeValue, reject, requireOptions, requireStream, type Tensor } from '@dg/runtime';
import type { MnMajorOptions } from './get-mn-major-tma-aligned-tensor.js';
import { enqueueHostPowerOfTwoCheck } from './host-power-of-two-check.js';
import { launchPowerOfTwoCheck } from './launch-power-of-two-check.js';
import { requireScales } from './require-scales.js';

const operation = 'checkPowersOfTwo';
const noOptions: MnMajorOptions = {};
const sourceTypes = ['float32'] as const;

/** What the kernel finds when every scale is a power of two: it counts indices in 32 bits. */
const none = 0xffff_ffff;

/**
 * Resolves when every scale is a power of two from 2^-127 to 2^127, which is what packing to ue8m0 without `round`
 * takes. Looks at the scales once the work queued on the stream has finished, and keeps the event loop free meanwhile.
 *
 * @param sf float32 [mn, sfK] or [G, mn, sfK], any strides, fewer than 2^32 - 1 scales.
 * @throws DgValidationError that gives the first other value and its place; also for another dtype or rank, a destroyed
 * tensor, or a stream that is foreign or capturing.
 */
export async function checkPowersOfTwo(sf: Tensor, options?: MnMajorOptions): Promise<void> {
  const scales = requireScales(operation, sf, sourceTypes);
  const given = requireOptions(operation, options, noOptions);
  const stream = requireStream(operation, given.stream, scales.device, 'sf');
  if (stream.capturing) reject(operation, 'a stream that is not capturing', 'one that is');
  const { device, elementCount } = scales;
  if (elementCount >= none) reject(operation, `fewer than ${none} scales`, `${elementCount}`);
  if (elementCount === 0) return;

  const status = device.createBuffer({ byteLength: Uint32Array.BYTES_PER_ELEMENT });
  try {
    status.write(Uint32Array.of(none), 0, { stream });
    if (device.executesKernels) launchPowerOfTwoCheck(device, scales, status, stream);
    else enqueueHostPowerOfTwoCheck(scales, status, stream);
    const [first] = new Uint32Array((await status.read(0, status.byteLength, { stream })).buffer);
    if (first !== none) await rejectScale(scales, first!);
  } finally {
    status.destroy();
  }
}

async function rejectScale(scales: Tensor<'float32'>, flat: number): Promise<never> {
  const index = indexOf(flat, scales.shape);
  const element = index.reduce((view, at, dim) => view.slice(dim, at, at + 1), scales);
  const [value] = await element.read();
  reject(
    operation,
    'a power of two from 2^-127 to 2^127 for every scale of sf (round them up, or cast with ue8m0)',
    `${value} at ${describeValue(index)}`,
  );
}

/** A row-major position as an index of the shape. */
function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}
