import { repackKGroupedFp8 } from '@dg/layout';
import type { InputPlace } from '../gemms/gemm-case.js';
import { kGroupSizes } from '../gemms/group-sizes.js';
import { indexTensor, tokenScaledTensor } from '../inputs/random-operands.js';
import { destroyAll } from '../inputs/tensor-views.js';
import { expectSameBits } from './expect-same-bits.js';
import type { MemoryCase, MemorySet } from './memory-case.js';

const checkedRows = 128;

/** K-major blocks of the groups, end to end, to one K-major matrix: what a K-grouped product starts with. */
export function repackCase(shape: readonly [groups: number, mn: number, meanK: number]): MemoryCase {
  const [groups, mn, mean] = shape;
  const sizes = kGroupSizes({ groups, mean, n: mn });
  const sumK = sizes.reduce((sum, k) => sum + k, 0);
  return {
    op: 'repack_k_grouped_fp8',
    shape,
    bytes: 2 * mn * sumK,
    createSet: (place, seed) => repackSet(place, mn, sizes, sumK, seed),
  };
}

function repackSet(
  place: InputPlace,
  mn: number,
  sizes: readonly number[],
  sumK: number,
  seed: number,
): MemorySet {
  const { data, scales } = tokenScaledTensor(place, [mn, sumK], seed);
  scales.destroy();
  const ks = indexTensor(place, sizes);
  const source = data.reshape([mn * sumK]);
  const destination = place.device.empty([mn, sumK], 'float8_e4m3fn');
  const lastK = sizes.at(-1)!;
  const lastStart = sumK - lastK;
  const rows = [Math.max(0, mn - checkedRows), mn] as const;
  return {
    callWith: (options) => () => repackKGroupedFp8(source, ks, mn, sumK, destination, options),
    check: () =>
      expectSameBits(
        'repackKGroupedFp8',
        source
          .slice(0, mn * lastStart, mn * sumK)
          .reshape([mn, lastK])
          .slice(0, ...rows),
        destination.slice(1, lastStart, sumK).slice(0, ...rows),
      ),
    destroy: () => destroyAll([source, ks, destination]),
  };
}
