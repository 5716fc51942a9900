import { perBlockCastToFp8, perTokenCastToFp8, type ScaledTensor } from '@dg/api';
import { DgError } from '@dg/jit';
import { type KernelDevice, requestDevice, type Stream, type Tensor } from '@dg/runtime';
import { fillNormal } from '../inputs/fill-normal.js';
import { inputSetCount } from '../inputs/input-set-count.js';
import type { CastOperation, CastRow } from '../result-row.js';
import type { RunIdentity } from '../run-identity.js';
import { timeLaunches } from './time-launches.js';

export type CastShape = readonly [rows: number, columns: number];

/** Activations and weights as the dense tables have them; 117 to 235 MB of bfloat16. */
export const castShapes: readonly CastShape[] = [
  [8192, 7168],
  [4096, 16384],
  [7168, 16384],
];

/** Rows that are checked: one block of scales. */
const checkedRows = 128;
const scaleBlock = 128;

const casts = { cast_per_token: perTokenCastToFp8, cast_per_block: perBlockCastToFp8 };

/** bfloat16 read, FP8 and float32 scales written. */
export function castBytes(operation: CastOperation, [rows, columns]: CastShape): number {
  const scaleRows = operation === 'cast_per_token' ? rows : Math.ceil(rows / scaleBlock);
  return 3 * rows * columns + 4 * scaleRows * Math.ceil(columns / scaleBlock);
}

/** Times one cast and compares its last block of rows, bit for bit, with the cpu's. Throws DgError when they differ. */
export async function measureCast(
  device: KernelDevice,
  operation: CastOperation,
  shape: CastShape,
  identity: RunIdentity,
): Promise<CastRow> {
  const cast = casts[operation];
  const bytes = castBytes(operation, shape);
  const stream = device.createStream();
  const sets: { x: Tensor; out: ScaledTensor }[] = [];
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

/** Compares the last whole block of 128 rows with the reference. */
async function checkCast(operation: CastOperation, x: Tensor, out: ScaledTensor): Promise<void> {
  const block = Math.floor(x.shape[0]! / checkedRows) - 1;
  const start = block * checkedRows;
  const end = start + checkedRows;
  const scaleRows = operation === 'cast_per_token' ? ([start, end] as const) : ([block, block + 1] as const);

  const cpu = await requestDevice('cpu');
  const source = (await x.slice(0, start, end).read()) as Uint16Array;
  const expected = casts[operation](cpu.tensor(source, [checkedRows, x.shape[1]!], 'bfloat16'));
  const pairs = [
    ['data', expected.data, out.data.slice(0, start, end)],
    ['scales', expected.scales, out.scales.slice(0, ...scaleRows)],
  ] as const;
  for (const [name, wanted, actual] of pairs) {
    const difference = firstDifference(await wanted.read(), await actual.read());
    if (difference !== undefined) {
      throw new DgError(
        'DG_BENCH_WRONG_RESULT',
        `expected the bits of the cpu for ${name} of ${operation} [${x.shape.join(', ')}] but received others ` +
          `at element ${difference} of rows ${start} to ${end}`,
      );
    }
  }
}

function firstDifference(x: Uint8Array | Float32Array, y: Uint8Array | Float32Array): number | undefined {
  const length = Math.max(x.length, y.length);
  for (let i = 0; i < length; i++) if (!Object.is(x[i], y[i])) return i;
  return undefined;
}
