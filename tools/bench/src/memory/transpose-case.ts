import { transposeFp8 } from '@dg/layout';
import type { InputPlace } from '../gemms/gemm-case.js';
import { tokenScaledTensor } from '../inputs/random-operands.js';
import { destroyAll } from '../inputs/tensor-views.js';
import { expectSameBits } from './expect-same-bits.js';
import type { MemoryCase, MemorySet } from './memory-case.js';

/** Rows of the source that are compared. */
const checkedRows = 128;

/** FP8 [rows, columns] to [columns, rows]. */
export function transposeCase(shape: readonly [rows: number, columns: number]): MemoryCase {
  const [rows, columns] = shape;
  return {
    op: 'transpose_fp8',
    shape,
    bytes: 2 * rows * columns,
    createSet: (place, seed) => transposeSet(place, shape, seed),
  };
}

function transposeSet(
  place: InputPlace,
  [rows, columns]: readonly [number, number],
  seed: number,
): MemorySet {
  const { data: source, scales } = tokenScaledTensor(place, [rows, columns], seed);
  scales.destroy();
  const destination = place.device.empty([columns, rows], 'float8_e4m3fn');
  const start = Math.max(0, rows - checkedRows);
  return {
    callWith: (options) => () => transposeFp8(source, destination, options),
    check: () =>
      expectSameBits(
        'transposeFp8',
        source.slice(0, start, rows),
        destination.transpose().slice(0, start, rows),
      ),
    destroy: () => destroyAll([source, destination]),
  };
}
