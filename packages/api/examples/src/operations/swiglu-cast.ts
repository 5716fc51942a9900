import { bfloat16ToFloat32Array, e4m3Max, float32ToE4m3Array } from '@dg/layout';
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
  return () => {
    for (let row = 0; row < groups * rows; row++) {
      if (used !== undefined && row % rows >= used[Math.floor(row / rows)]!) continue;
      const ofRow = bfloat16ToFloat32Array(gates.subarray(row * 2 * columns, (row + 1) * 2 * columns));
      const values = ofRow.subarray(0, columns).map((gate, i) => swiglu(gate, ofRow[columns + i]!));
      for (let first = 0; first < columns; first += scaledColumns) {
        const block = values.subarray(first, first + scaledColumns);
        const scale = Math.fround(largestMagnitude(block) / e4m3Max);
        const inverse = Math.fround(1 / scale);
        const start = row * columns + first;
        float32ToE4m3Array(
          block.map((value) => value * inverse),
          codes.subarray(start, start + scaledColumns),
        );
        scales[scaleIndex(activated, row, first / scaledColumns)] = scale;
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
