import { createHash } from 'node:crypto';
import type { HostArray, KernelDevice, Tensor } from '@dg/runtime';
import { float32ToBfloat16, randomMatrix, seededRandom } from '@dg/testing';
import {
  getMnMajorTmaAlignedTensor,
  perBlockCastToFp8,
  perChannelCastToFp8,
  perTokenCastToFp8,
} from '../../src/index.js';
import { bytesOf, type ShippedKernelCase } from './shipped-kernel.js';

const casts = { perTokenCastToFp8, perChannelCastToFp8, perBlockCastToFp8 };
/** Aligned rows, and rows that are not; neither a multiple of the tiles. */
const shapes = [
  [133, 272],
  [70, 201],
] as const;
const options = [
  { granularity: 128, ue8m0: false },
  { granularity: 128, ue8m0: true },
  { granularity: 32, ue8m0: false },
] as const;
const seed = 20_012;

/** Every kind of cast, and the transposition of scales: every bit of their results is decided. */
export function layoutCases(): ShippedKernelCase[] {
  const ofShapes = shapes.map(([rows, columns], index) => ({
    rows,
    columns,
    values: drawValues(index, rows, columns),
  }));
  return ofShapes.flatMap(({ rows, columns, values }) => [
    ...(['bfloat16', 'float32'] as const).flatMap((dtype) =>
      (Object.keys(casts) as (keyof typeof casts)[]).flatMap((kind) =>
        options.map((chosen) => {
          const host = dtype === 'bfloat16' ? float32ToBfloat16(values) : values;
          const run = async (device: KernelDevice) => {
            const x = device.tensor(host as never, [rows, columns], dtype);
            const { data, scales } = casts[kind](x, chosen);
            return { arrays: await readAndDestroy([data, scales], [x]), columns };
          };
          const { granularity, ue8m0 } = chosen;
          const scaleType = ue8m0 ? 'ue8m0' : 'float32';
          const name = `${kind} of ${dtype} ${rows}x${columns}, ${granularity}, ${scaleType} scales`;
          return { name, key: keyOf(host), run };
        }),
      ),
    ),
    {
      name: `getMnMajorTmaAlignedTensor ${rows}x${columns}`,
      key: keyOf(values),
      run: async (device: KernelDevice) => {
        const source = device.tensor(values, [rows, columns], 'float32');
        return { arrays: await readAndDestroy([getMnMajorTmaAlignedTensor(source)], [source]), columns };
      },
    },
  ]);
}

/** Rows of nine magnitudes, so that scales differ. */
function drawValues(index: number, rows: number, columns: number): Float32Array {
  const values = randomMatrix(seededRandom(seed).fork(index), rows, columns, 'uniform');
  return values.map((value, i) => value * 2 ** ((Math.floor(i / columns) % 9) - 4));
}

async function readAndDestroy(outputs: readonly Tensor[], inputs: readonly Tensor[]): Promise<HostArray[]> {
  const arrays: HostArray[] = [];
  for (const tensor of outputs) arrays.push(await tensor.read());
  for (const tensor of [...outputs, ...inputs]) tensor.destroy();
  return arrays;
}

function keyOf(input: HostArray): string {
  return createHash('sha256').update(bytesOf(input)).digest('hex').slice(0, 16);
}
