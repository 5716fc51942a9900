import { decodeBfloat16, e4m3Max, encodeE4m3 } from '@dg/layout';
import type { Stream, Tensor } from '@dg/runtime';
import { addressOf, enqueueOperation, hostElements, uint32 } from './operation.js';
import { type ScaledRows, scaledColumns, scaleIndex } from './scaled-rows.js';

const threads = 128;
const amaxFloor = Math.fround(1e-4);

/**
 * silu(gate) · up in float32, cast to FP8 as `perTokenCastToFp8` does. Enqueued.
 *
 * @param gateUp bfloat16 [groups, rows, 2 · columns of `activated`], the gate first.
 * @param counts int32 [groups], how many rows of each group there are; all of them when undefined. Others are not written.
 */
export function swigluCast(
  gateUp: Tensor<'bfloat16'>,
  counts: Tensor<'int32'> | undefined,
  activated: ScaledRows,
  stream: Stream,
): void {
  enqueueOperation(stream, {
    kernel: 'swiglu_cast',
    blocks: activated.groups * activated.rows,
    threads,
    arguments: [
      addressOf(gateUp),
      counts === undefined ? { type: 'null' } : addressOf(counts),
      addressOf(activated.data),
      addressOf(activated.scales),
      uint32(activated.rows),
      uint32(activated.pitch),
      uint32(activated.columns),
    ],
    prepareHost: () => castOnHost(gateUp, counts, activated),
  });
}

function castOnHost(
  gateUp: Tensor<'bfloat16'>,
  counts: Tensor<'int32'> | undefined,
  activated: ScaledRows,
): () => void {
  const { groups, rows, columns } = activated;
  const gates = hostElements(gateUp);
  const used = counts === undefined ? undefined : hostElements(counts);
  const [codes, scales] = [hostElements(activated.data), hostElements(activated.scales)];
  const values = new Float32Array(scaledColumns);
  return () => {
    for (let row = 0; row < groups * rows; row++) {
      if (used !== undefined && row % rows >= used[Math.floor(row / rows)]!) continue;
      const ofRow = gates.subarray(row * 2 * columns, (row + 1) * 2 * columns);
      for (let first = 0; first < columns; first += scaledColumns) {
        for (let i = 0; i < scaledColumns; i++) {
          values[i] = swiglu(decodeBfloat16(ofRow[first + i]!), decodeBfloat16(ofRow[columns + first + i]!));
        }
        const scale = Math.fround(largestMagnitude(values) / e4m3Max);
        const inverse = Math.fround(1 / scale);
        scales[scaleIndex(activated, row, first / scaledColumns)] = scale;
        for (let i = 0; i < scaledColumns; i++) {
          codes[row * columns + first + i] = encodeE4m3(values[i]! * inverse);
        }
      }
    }
  };
}

/** The comparison passes over NaN, as fmaxf does. */
function largestMagnitude(values: Float32Array): number {
  let largest = amaxFloor;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  return largest;
}

function swiglu(gate: number, up: number): number {
  return (gate / (1 + Math.exp(-gate))) * up;
}
