import type { ScaledTensor } from '@dg/api';
import type { KernelDevice, Stream, Tensor } from '@dg/runtime';
import { fillNormal } from '../inputs/fill-normal.js';
import { inputSetCount } from '../inputs/input-set-count.js';
import type { CastOperation, CastRow } from '../result-row.js';
import type { RunIdentity } from '../run-identity.js';
import { casts } from './casts.js';
import { checkCast } from './check-cast.js';
import { timeLaunches } from './time-launches.js';

export type CastShape = readonly [rows: number, columns: number];

/** Activations and weights as the dense tables have them; 117 to 235 MB of bfloat16. */
export const castShapes: readonly CastShape[] = [
  [8192, 7168],
  [4096, 16384],
  [7168, 16384],
];

const scaleBlock = 128;

/** bfloat16 read, FP8 and float32 scales written. */
export function castBytes(operation: CastOperation, [rows, columns]: CastShape): number {
  const scaleRows = operation === 'cast_per_token' ? rows : Math.ceil(rows / scaleBlock);
  return 3 * rows * columns + 4 * scaleRows * Math.ceil(columns / scaleBlock);
}

/** Times one cast and checks the result on the same buffers. Throws DgError when it is wrong. */
export async function measureCast(
  device: KernelDevice,
  operation: CastOperation,
  shape: CastShape,
  identity: RunIdentity,
): Promise<CastRow> {
  const cast = casts[operation];
  const bytes = castBytes(operation, shape);
  const stream = device.createStream();
  const sets: { x: Tensor<'bfloat16'>; out: ScaledTensor }[] = [];
  try {
    for (let seed = 0; seed < inputSetCount(bytes); seed++) {
      const x = device.empty(shape, 'bfloat16');
      fillNormal(device, stream, x, seed);
      sets.push({ x, out: cast(x, { stream }) });
    }
    await stream.synchronize();
    const us = await timeLaunches(
      stream,
      sets.map(
        ({ x, out }) =>
          (target: Stream) =>
            void cast(x, { out, stream: target }),
      ),
    );
    const last = sets.at(-1)!;
    await checkCast(operation, last.x, last.out);
    return { op: operation, shape, us, gbs: bytes / us / 1e3, sets: sets.length, checked: true, ...identity };
  } finally {
    for (const { x, out } of sets) {
      x.destroy();
      out.data.destroy();
      out.scales.destroy();
    }
    stream.destroy();
  }
}
