import { fp8KGroupRepackBlock } from '@dg/kernels';
import {
  describeValue,
  reject,
  requireOnDevice,
  requireOptions,
  requireStream,
  type Tensor,
} from '@dg/runtime';
import { requireApart } from '../validation/byte-range.js';
import { requireKs } from '../validation/require-ks.js';
import { requireShape } from '../validation/require-layout.js';
import { enqueueHostRepackKGroupedFp8 } from './host-repack-k-grouped-fp8.js';
import { launchRepackKGroupedFp8 } from './launch-repack-k-grouped-fp8.js';
import { requireAlignedDestination, requireByteMatrix, requireBytes } from './require-byte-matrix.js';
import type { OperandOptions } from './transpose-fp8.js';

const operation = 'repackKGroupedFp8';
const noOptions: OperandOptions = {};

/**
 * Copies K-major blocks [mn, ks[g]] that lie end to end, one for each group, into one K-major matrix in which group g
 * has the columns behind those of the groups before it. `ks` is read by the kernel: a captured graph may be replayed
 * with others. Fastest when the source starts at a multiple of 16 bytes. Enqueued.
 *
 * @param source float8_e4m3fn or uint8, mn · sumK elements without gaps, in any shape.
 * @param ks int32 [G] on the device of `source`, multiples of 128, 0 included. Columns past their sum become 0. Wrong
 * ones give wrong contents, but touch no memory outside the source and the shape of the destination.
 * @param mn rows of every block.
 * @param sumK columns of the destination, a multiple of 128.
 * @param destination the same dtype [mn, sumK], contiguous rows that start at multiples of 16 bytes, sharing no memory
 * with the source. Written within its shape and nowhere else.
 * @throws DgValidationError before anything is enqueued; DgCompileError on a first call.
 */
export function repackKGroupedFp8(
  source: Tensor,
  ks: Tensor,
  mn: number,
  sumK: number,
  destination: Tensor,
  options?: OperandOptions,
): void {
  const from = requireBytes(operation, 'source', source);
  if (!from.isContiguous) reject(operation, 'source without gaps', `strides ${describeValue(from.strides)}`);
  const groupSizes = requireKs(operation, ks, from.device, 'source');
  const to = requireByteMatrix(operation, 'destination', destination);
  requireOnDevice(operation, 'destination', to, from.device, 'source');
  if (to.dtype !== from.dtype) reject(operation, `destination of dtype ${from.dtype}`, to.dtype);
  requireShape(operation, 'destination', to, [mn, sumK]);
  if (sumK % fp8KGroupRepackBlock !== 0) {
    reject(operation, `a multiple of ${fp8KGroupRepackBlock} for sumK`, describeValue(sumK));
  }
  if (from.elementCount !== mn * sumK) {
    reject(operation, `source of ${mn * sumK} elements (mn · sumK)`, `${from.elementCount}`);
  }
  requireAlignedDestination(operation, to);
  requireApart(operation, 'destination', to, from, 'source');
  requireApart(operation, 'destination', to, groupSizes, 'ks');
  const given = requireOptions(operation, options, noOptions);
  const stream = requireStream(operation, given.stream, from.device, 'source');

  if (from.elementCount === 0) return;
  const { device } = from;
  if (device.executesKernels) launchRepackKGroupedFp8(device, from, groupSizes, to, stream);
  else enqueueHostRepackKGroupedFp8(from, groupSizes, to, stream);
}
