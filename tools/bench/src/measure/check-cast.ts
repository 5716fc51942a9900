import type { ScaledTensor } from '@dg/api';
import { DgError } from '@dg/jit';
import { requestDevice, type Tensor } from '@dg/runtime';
import type { CastOperation } from '../result-row.js';
import { casts } from './casts.js';

/** One block of scales. */
const checkedRows = 128;

/**
 * Compares the last whole block of 128 rows of a cast, bit for bit, with the cpu's.
 *
 * @param x bfloat16 [rows, columns], rows at least 128.
 * @throws DgError when they differ.
 */
export async function checkCast(
  operation: CastOperation,
  x: Tensor<'bfloat16'>,
  out: ScaledTensor,
): Promise<void> {
  const block = Math.floor(x.shape[0]! / checkedRows) - 1;
  const start = block * checkedRows;
  const end = start + checkedRows;
  const scaleRows = operation === 'cast_per_token' ? ([start, end] as const) : ([block, block + 1] as const);

  const cpu = await requestDevice('cpu');
  const source = await x.slice(0, start, end).read();
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
