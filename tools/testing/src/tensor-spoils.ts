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

export interface TensorSpoilOptions {
  /** A dtype that is refused; uint8 when left out. */
  readonly wrongDtype?: DType;
  /** Whether any rank does; false when left out. */
  readonly anyRank?: boolean;
  /** Whether it is the only tensor, so that its device is right; false when left out. */
  readonly alone?: boolean;
}

/** An argument that is no living tensor, or one of another dtype, rank or device. */
export function tensorSpoils(
  device: Device,
  argument: string,
  { shape, dtype, strides }: Tensor,
  { wrongDtype = 'uint8', anyRank = false, alone = false }: TensorSpoilOptions = {},
): Spoil<Named>[] {
  const withValue = (name: string, expected: string | RegExp, value: () => unknown): Spoil<Named> => ({
    name: `${argument} ${name}`,
    expected,
    spoil: () => ({ [argument]: value() }),
  });
  const spoils = [
    withValue('destroyed', `${argument} to be a living tensor`, () => {
      const gone = device.empty(shape, dtype);
      gone.destroy();
      return gone;
    }),
    withValue(`of dtype ${wrongDtype}`, `${argument} of dtype `, () => device.empty(shape, wrongDtype)),
  ];
  if (!anyRank) {
    spoils.push(
      withValue('of another rank', mentioning(argument), () => device.empty([1, 1, ...shape], dtype)),
    );
  }
  if (!alone) {
    const foreign = () => new CpuDevice().empty(shape, dtype, { strides });
    spoils.push(withValue('on another device', / on device /, foreign));
  }
  return spoils;
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

/** Streams that are none of this device, or none. */
export function wrongStreams(device: Device): readonly (() => unknown)[] {
  return [
    () => {
      const gone = device.createStream();
      gone.destroy();
      return gone;
    },
    () => new CpuDevice().createStream(),
    () => 1,
  ];
}

/** Options that cannot be, beside those of the right call; the message has to name each. */
export function optionSpoils(
  options: object,
  wrong: Readonly<Record<string, readonly (() => unknown)[]>>,
): Spoil<Named>[] {
  return Object.entries(wrong).flatMap(([option, choices]) =>
    choices.map((make, index) => ({
      name: `${option}, choice ${index}`,
      expected: new RegExp(`\\b${option}\\b`),
      spoil: () => ({ options: { ...options, [option]: make() } }),
    })),
  );
}

/** What is given for the options as a whole, and is no object. */
export function wrongOptionsSpoils(): Spoil<Named>[] {
  return [3n, 'options', true, [1], null].map((options) => ({
    name: `options ${String(options)}`,
    expected: 'options to be an object',
    spoil: () => ({ options }),
  }));
}
