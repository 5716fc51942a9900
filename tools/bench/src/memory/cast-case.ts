import { perBlockCastToFp8, perChannelCastToFp8, perTokenCastToFp8, type ScaledTensor } from '@dg/api';
import { ceilDiv, requestDevice, type Tensor } from '@dg/runtime';
import { normalFloat32Tensor, normalTensor } from '../inputs/random-operands.js';
import { destroyAll } from '../inputs/tensor-views.js';
import { expectSameBits } from './expect-same-bits.js';
import type { MemoryCase, MemorySet } from './memory-case.js';

/** Which elements share a scale. */
export type CastKind = 'per_token' | 'per_channel' | 'per_block';
type SourceType = 'bfloat16' | 'float32';

const casts = {
  per_token: perTokenCastToFp8,
  per_channel: perChannelCastToFp8,
  per_block: perBlockCastToFp8,
};
const groups = {
  per_token: [1, 128],
  per_channel: [128, 1],
  per_block: [128, 128],
} as const;
/** As many as share a scale. */
const checkedRows = 128;
const scaleBytes = 4;

/** [rows, columns] to FP8 and float32 scales. */
export function castCase(
  kind: CastKind,
  sourceType: SourceType,
  [rows, columns]: readonly [rows: number, columns: number],
): MemoryCase {
  const [groupRows, groupColumns] = groups[kind];
  const scales = ceilDiv(rows, groupRows) * ceilDiv(columns, groupColumns);
  const sourceBytes = sourceType === 'bfloat16' ? 2 : 4;
  return {
    op: `cast_${kind}${sourceType === 'bfloat16' ? '' : '_f32'}`,
    shape: [rows, columns],
    bytes: (sourceBytes + 1) * rows * columns + scaleBytes * scales,
    createSet: (place, seed) => {
      const newSource = sourceType === 'bfloat16' ? normalTensor : normalFloat32Tensor;
      const x = newSource(place, [rows, columns], seed);
      return castSet(kind, x, casts[kind](x, { stream: place.stream }));
    },
  };
}

/** A source and where its cast goes. */
export function castSet(kind: CastKind, x: Tensor<SourceType>, out: ScaledTensor): MemorySet {
  return {
    callWith: (options) => {
      const all = { ...options, out };
      return () => void casts[kind](x, all);
    },
    check: () => checkCast(kind, x, out),
    destroy: () => destroyAll([x, out.data, out.scales]),
  };
}

/** Compares the last whole 128 rows, or all of fewer, with what the cpu makes of them. */
async function checkCast(kind: CastKind, x: Tensor<SourceType>, out: ScaledTensor): Promise<void> {
  const [rows, columns] = x.shape as readonly [number, number];
  const start = Math.max(0, Math.floor(rows / checkedRows) - 1) * checkedRows;
  const end = Math.min(rows, start + checkedRows);
  const [groupRows] = groups[kind];
  const cpu = await requestDevice('cpu');
  const source = await x.slice(0, start, end).read();
  const wanted = casts[kind](cpu.tensor(source, [end - start, columns], x.dtype));
  const name = `cast ${kind} of ${x.dtype}`;
  await expectSameBits(`data of ${name}`, wanted.data, out.data.slice(0, start, end));
  await expectSameBits(
    `scales of ${name}`,
    wanted.scales,
    out.scales.slice(0, Math.floor(start / groupRows), ceilDiv(end, groupRows)),
  );
}
