import {
  getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor,
  getMnMajorTmaAlignedPackedUe8m0Tensor,
  getMnMajorTmaAlignedTensor,
  transformSfIntoRequiredLayout,
} from '@dg/api';
import { ceilDiv, requestDevice, type Stream, type Tensor } from '@dg/runtime';
import { kGroupSizes } from '../gemms/group-sizes.js';
import { powerOfTwoScales } from '../inputs/power-of-two-scales.js';
import { indexTensor } from '../inputs/random-operands.js';
import { destroyAll } from '../inputs/tensor-views.js';
import { gatherRows } from '../measure/gather-rows.js';
import { expectSameBits } from './expect-same-bits.js';
import type { MemoryCase, MemorySet } from './memory-case.js';

const scaleBytes = 4;
const codesPerWord = 4;
const scaleBlock = 128;
/** Of each operand that the reference computes again. */
const checkedRows = 128;

type Layout = (sf: Tensor, options: { readonly stream?: Stream }) => Tensor;

/** float32 [mn, sfK], row-major, to MN-major and TMA-aligned. */
export function mnMajorCase(shape: readonly [mn: number, sfK: number]): MemoryCase {
  const [mn, sfK] = shape;
  return {
    op: 'scales_mn_major',
    shape,
    bytes: 2 * scaleBytes * mn * sfK,
    createSet: (place, seed) =>
      rowsSet('getMnMajorTmaAlignedTensor', powerOfTwoScales(place, shape, seed), getMnMajorTmaAlignedTensor),
  };
}

/** float32 [mn, sfK], MN-major as casts make them, to packed ue8m0. */
export function packCase(shape: readonly [mn: number, sfK: number]): MemoryCase {
  const [mn, sfK] = shape;
  return {
    op: 'scales_pack_ue8m0',
    shape,
    bytes: scaleBytes * mn * (sfK + ceilDiv(sfK, codesPerWord)),
    createSet: (place, seed) =>
      rowsSet(
        'getMnMajorTmaAlignedPackedUe8m0Tensor',
        powerOfTwoScales(place, [sfK, mn], seed).transpose(),
        getMnMajorTmaAlignedPackedUe8m0Tensor,
      ),
  };
}

/** Packed ue8m0 of [mn, sfK] scales to the float32 that SM90 takes. */
export function unpackCase(shape: readonly [mn: number, sfK: number]): MemoryCase {
  const [mn, sfK] = shape;
  const unpack: Layout = (sf, options) =>
    transformSfIntoRequiredLayout(sf, {
      ...options,
      mn: sf.shape[0]!,
      k: sfK * scaleBlock,
      isSfa: true,
      architecture: 'sm_90a',
    });
  return {
    op: 'scales_unpack_ue8m0',
    shape,
    bytes: scaleBytes * mn * (sfK + ceilDiv(sfK, codesPerWord)),
    createSet: (place, seed) => {
      const scales = powerOfTwoScales(place, [sfK, mn], seed).transpose();
      const packed = getMnMajorTmaAlignedPackedUe8m0Tensor(scales, { stream: place.stream });
      scales.destroy();
      return rowsSet('transformSfIntoRequiredLayout', packed, unpack);
    },
  };
}

/** float32 [ΣsfK, mn] of K-grouped operands, to packed ue8m0, each group on its own. */
export function packKGroupedCase(shape: readonly [groups: number, meanK: number, mn: number]): MemoryCase {
  const [groups, mean, mn] = shape;
  const sizes = kGroupSizes({ groups, mean, n: mn });
  const sfK = sizes.reduce((sum, k) => sum + k, 0) / scaleBlock;
  const packedRows = sizes.reduce((sum, k) => sum + ceilDiv(k, scaleBlock * codesPerWord), 0);
  return {
    op: 'scales_pack_k_grouped',
    shape,
    bytes: scaleBytes * mn * (sfK + packedRows),
    createSet: (place, seed) => {
      const scales = powerOfTwoScales(place, [sfK, mn], seed);
      const ks = indexTensor(place, sizes);
      const pack = (sf: Tensor, groupSizes: Tensor, options: { readonly stream?: Stream }) =>
        getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor(sf, groupSizes, { ...options, packedRows });
      return {
        callWith: (options) => () => pack(scales, ks, options).destroy(),
        check: async () => {
          const columns = [Math.max(0, mn - checkedRows), mn] as const;
          const cpu = await requestDevice('cpu');
          const part = await onCpu(scales.slice(1, ...columns).transpose());
          const wanted = pack(part.transpose(), cpu.tensor(Int32Array.from(sizes), [groups], 'int32'), {});
          const actual = pack(scales, ks, {});
          await scales.device.synchronize();
          await expectSameBits(
            'getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor',
            wanted,
            actual.slice(1, ...columns),
          );
          actual.destroy();
        },
        destroy: () => destroyAll([scales, ks]),
      };
    },
  };
}

/** A layout that treats rows one by one, and makes a new tensor at every call. */
function rowsSet(name: string, scales: Tensor, layout: Layout): MemorySet {
  return {
    callWith: (options) => () => layout(scales, options).destroy(),
    check: async () => {
      const rows = [Math.max(0, scales.shape[0]! - checkedRows), scales.shape[0]!] as const;
      const wanted = layout(await onCpu(scales.slice(0, ...rows)), {});
      const actual = layout(scales, {});
      await scales.device.synchronize();
      await expectSameBits(name, wanted, actual.slice(0, ...rows));
      actual.destroy();
    },
    destroy: () => scales.destroy(),
  };
}

/** The same matrix in memory of the cpu. */
async function onCpu(matrix: Tensor): Promise<Tensor> {
  const cpu = await requestDevice('cpu');
  const rows = await gatherRows(matrix, { start: 0, end: matrix.shape[0]! });
  return cpu.tensor(rows, matrix.shape, matrix.dtype);
}
