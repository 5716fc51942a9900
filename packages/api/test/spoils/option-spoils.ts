import { CpuDevice, type Device, type Tensor } from '@dg/runtime';
import type { Named, Spoil } from '@dg/testing';
import { type CallArguments, type EntryPointName, entryPoints, groupingOf } from '../support/entry-points.js';

/** Options that cannot be, and arguments that are none of tensors. */
export function optionSpoils(device: Device, name: EntryPointName, call: CallArguments): Spoil<Named>[] {
  const d = call['d'] as Tensor;
  const grouping = groupingOf(name);
  const values: Record<string, readonly (() => unknown)[]> = {
    stream: [
      () => {
        const gone = device.createStream();
        gone.destroy();
        return gone;
      },
      () => new CpuDevice().createStream(),
      () => 1,
    ],
    dependentLaunch: [() => 1],
    numSms: [0, 1.5, '1', null].map((value) => () => value),
    tcUtil: [0, 2, '1', null].map((value) => () => value),
    c: [
      () => 3,
      () => device.empty([2, 2], d.dtype),
      () => device.empty(d.shape, 'int32'),
      () => new CpuDevice().empty(d.shape, d.dtype),
    ],
  };
  if (entryPoints[name].operandType === 'float8_e4m3fn') {
    const recipes = [[1, 128], 128, null, [1, 64, 128], ...(grouping === 'ks' ? [[1, 128, 128]] : [])];
    values['recipe'] = recipes.map((value) => () => value);
  }
  if (grouping === 'groupedLayout') {
    values['layout'] = ['columns', 1, null].map((value) => () => value);
    values['mkAlignment'] = [0, 100, 512, '128'].map((value) => () => value);
  }
  if (grouping === 'ks') {
    const zeros = new Array<number>((call['ks'] as Tensor).elementCount).fill(0);
    values['ksHost'] = [3, [...zeros, 0], zeros, [100, ...zeros.slice(1)], [-128, ...zeros.slice(1)]].map(
      (value) => () => value,
    );
  }
  const options = Object.entries(values).flatMap(([option, choices]) =>
    choices.map((make, index) => ({
      name: `${option}, choice ${index}`,
      expected: new RegExp(`\\b${option}\\b`),
      spoil: () => ({ options: { ...call.options, [option]: make() } }),
    })),
  );
  const expectedM = grouping === 'maskedM' ? [undefined, -1, 1.5, '3', null] : [];
  return [
    ...options,
    ...expectedM.map((value) => ({
      name: `expectedM ${value}`,
      expected: 'expectedM to be an integer of at least 0',
      spoil: () => ({ expectedM: value }),
    })),
    ...stridedGrouping(),
  ];

  function stridedGrouping(): Spoil<Named>[] {
    if (grouping === undefined) return [];
    const { shape } = call[grouping] as Tensor;
    return [
      {
        name: `${grouping} with gaps`,
        expected: `${grouping} with stride 1 but received strides [2]`,
        spoil: () => ({ [grouping]: device.empty(shape, 'int32', { strides: [2] }) }),
      },
    ];
  }
}
