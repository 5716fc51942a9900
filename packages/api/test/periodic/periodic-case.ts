import type { Device, Tensor } from '@dg/runtime';
import { expectSameBits, type SeededRandom } from '@dg/testing';
import { type CallArguments, callEntryPoint, type EntryPointName } from '../support/entry-points.js';
import { encodeBfloat16Values } from '../support/number-formats.js';

/** A call on periodic operands, of which single elements of D can be told. */
export interface PeriodicCase {
  readonly entry: EntryPointName;
  readonly call: CallArguments;
  /** D as a matrix of all its rows: those of all groups, one after the other. */
  readonly rowsOfD: Tensor;
  /** Rows of that matrix that are looked at. */
  readonly rows: readonly number[];
  /** Undefined where nothing is to be written. */
  valueAt(row: number, column: number): number | undefined;
}

const sampledColumns = 10;
/** What every byte of D is before the call, unless it is an input too. */
export const untouchedByte = 0x5c;

/** Makes the call and holds a sample of D against sums that are made on the host: bits have to be equal. */
export async function checkPeriodicCase(
  device: Device,
  { entry, call, rowsOfD, rows, valueAt }: PeriodicCase,
  random: SeededRandom,
): Promise<void> {
  const n = rowsOfD.shape[1]!;
  callEntryPoint(entry, call);
  await device.synchronize();
  for (const row of rows) {
    const drawn = Array.from({ length: sampledColumns }, () => random.integer(0, n - 1));
    const columns = [...new Set([0, n - 1, ...drawn])];
    const received = await rowsOfD.slice(0, row, row + 1).read();
    const bits = received.slice(0, columns.length);
    const expected = received.slice(0, columns.length);
    const untouched = new Uint8Array(received.BYTES_PER_ELEMENT).fill(untouchedByte);
    const untouchedValue = new (received.constructor as Float32ArrayConstructor)(untouched.buffer)[0]!;
    for (const [index, column] of columns.entries()) {
      const value = valueAt(row, column);
      bits[index] = received[column]!;
      expected[index] = value === undefined ? untouchedValue : encoded(received, value);
    }
    expectSameBits(bits, expected, { name: `row ${row} of D of ${entry}, columns ${columns.join(', ')}` });
  }
}

function encoded(like: ArrayLike<number>, value: number): number {
  return like instanceof Uint16Array ? encodeBfloat16Values([value])[0]! : value;
}
