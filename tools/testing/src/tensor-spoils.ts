import { CpuDevice, type Device, type DType, type Tensor } from '@dg/runtime';
import type { Spoil } from './expect-refused.js';

/** The arguments of a call, by name. */
export type Named = Readonly<Record<string, unknown>>;

/** What no argument that has to be a tensor may be. */
export const strangeValues: readonly unknown[] = [
  undefined,
  null,
  3,
  3n,
  'tensor',
  true,
  Symbol('x'),
  () => 0,
  [1, 2],
  { shape: [1, 2] },
  Object.create(null),
  new Float32Array(4),
];

/** Names of arguments as they stand in messages: `a.data` with its dot. */
export function mentioning(text: string): RegExp {
  return new RegExp(`expected ${text.replace('.', '\\.')} `);
}

/** An argument that is no tensor, no living one, or one of another dtype, rank or device. */
export function tensorSpoils(
  device: Device,
  argument: string,
  { shape, dtype }: Tensor,
  wrongDtype: DType = 'uint8',
): Spoil<Named>[] {
  const withValue = (name: string, expected: string | RegExp, value: () => unknown): Spoil<Named> => ({
    name: `${argument} ${name}`,
    expected,
    spoil: () => ({ [argument]: value() }),
  });
  return [
    withValue('destroyed', `${argument} to be a living tensor`, () => {
      const gone = device.empty(shape, dtype);
      gone.destroy();
      return gone;
    }),
    withValue(`of dtype ${wrongDtype}`, `${argument} of dtype `, () => device.empty(shape, wrongDtype)),
    withValue('of another rank', mentioning(argument), () => device.empty([1, 1, ...shape], dtype)),
    withValue('on another device', / on device /, () => new CpuDevice().empty(shape, dtype)),
  ];
}

export function strangeValueSpoils(argument: string): Spoil<Named>[] {
  return strangeValues.map((value, index) => ({
    name: `strange value ${index} for ${argument}`,
    expected: `${argument} to be a Tensor but received`,
    spoil: () => ({ [argument]: value }),
  }));
}

/** One row, column or group too many; `dims` are those whose size other arguments decide. */
export function sizeSpoils(
  device: Device,
  argument: string,
  { shape, dtype }: Tensor,
  expected: RegExp,
  dims: readonly number[] = [...shape.keys()],
): Spoil<Named>[] {
  return dims.map((dim) => ({
    name: `${argument} with one too many in dimension ${dim}`,
    expected,
    spoil: () => ({
      [argument]: device.empty(
        shape.map((size, index) => (index === dim ? size + 1 : size)),
        dtype,
      ),
    }),
  }));
}
