import {
  reject,
  requireOnDevice,
  requireOptions,
  requireStream,
  type Stream,
  type Tensor,
} from '@dg/runtime';
import { requireApart } from '../validation/byte-range.js';
import { requireShape } from '../validation/require-layout.js';
import { enqueueHostTransposeFp8 } from './host-transpose-fp8.js';
import { launchTransposeFp8 } from './launch-transpose-fp8.js';
import { requireAlignedDestination, requireByteMatrix } from './require-byte-matrix.js';

export interface OperandOptions {
  /** The device's default stream when left out. */
  readonly stream?: Stream;
}

const operation = 'transposeFp8';
const noOptions: OperandOptions = {};

/**
 * Copies the transpose of FP8 matrices: an MN-major operand to a K-major one, the only major that WGMMA takes FP8 in.
 * Fastest when the rows of the source start at multiples of 16 bytes too. Enqueued.
 *
 * @param source float8_e4m3fn or uint8 [R, C] or [G, R, C], contiguous rows, any pitch.
 * @param destination the same dtype [C, R] or [G, C, R], contiguous rows that start at multiples of 16 bytes, sharing no
 * memory with the source. Written within its shape and nowhere else.
 * @throws DgValidationError before anything is enqueued; DgCompileError on a first call.
 */
export function transposeFp8(source: Tensor, destination: Tensor, options?: OperandOptions): void {
  const from = requireByteMatrix(operation, 'source', source);
  const to = requireByteMatrix(operation, 'destination', destination);
  requireOnDevice(operation, 'destination', to, from.device, 'source');
  if (to.dtype !== from.dtype) reject(operation, `destination of dtype ${from.dtype}`, to.dtype);
  const [rows, columns] = from.shape.slice(-2) as [number, number];
  requireShape(operation, 'destination', to, [...from.shape.slice(0, -2), columns, rows]);
  requireAlignedDestination(operation, to);
  requireApart(operation, 'destination', to, from, 'source');
  const given = requireOptions(operation, options, noOptions);
  const stream = requireStream(operation, given.stream, from.device, 'source');

  if (from.elementCount > 0) enqueueTransposeFp8(from, to, stream);
}

/** As `transposeFp8`, of matrices with elements that were checked. */
export function enqueueTransposeFp8(source: Tensor, destination: Tensor, stream: Stream): void {
  const { device } = source;
  if (device.executesKernels) launchTransposeFp8(device, source, destination, stream);
  else enqueueHostTransposeFp8(source, destination, stream);
}
