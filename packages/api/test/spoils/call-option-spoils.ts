import { CpuDevice, type Device, type Tensor } from '@dg/runtime';
import { type Named, optionSpoils, type Spoil, wrongStreams } from '@dg/testing';
import { type CallArguments, type EntryPointName, entryPoints, groupingOf } from '../support/entry-points.js';

/** Options that cannot be, and the arguments of a grouped GEMM that are no operands. */
export function callOptionSpoils(device: Device, name: EntryPointName, call: CallArguments): Spoil<Named>[] {
  const d = call['d'] as Tensor;
  const grouping = groupingOf(name);
  const oneOf = (...values: unknown[]) => values.map((value) => () => value);
  const wrong: Record<string, readonly (() => unknown)[]> = {
    stream: wrongStreams(device),
    dependentLaunch: oneOf(1),
    numSms: oneOf(0, 1.5, '1', null),
    tcUtil: oneOf(0, 2, '1', null),
    c: [
      () => 3,
      () => device.empty([2, 2], d.dtype),
      () => device.empty(d.shape, 'int32'),
      () => new CpuDevice().empty(d.shape, d.dtype),
    ],
  };
  if (entryPoints[name].operandType === 'float8_e4m3fn') {
    const perBlock = grouping === 'ks' ? [[1, 128, 128]] : [];
    wrong['recipe'] = oneOf([1, 128], 128, null, [1, 64, 128], ...perBlock);
  }
  if (grouping === 'groupedLayout') {
    wrong['layout'] = oneOf('columns', 1, null);
    wrong['mkAlignment'] = oneOf(0, 100, 512, '128');
  }
  if (grouping === 'ks') {
    const zeros = new Array<number>((call['ks'] as Tensor).elementCount).fill(0);
    const others = zeros.slice(1);
    wrong['ksHost'] = oneOf(3, [...zeros, 0], zeros, [100, ...others], [-128, ...others]);
  }
  const spoils = optionSpoils(call.options, wrong);
  if (grouping === 'maskedM') {
    for (const value of [undefined, -1, 1.5, '3', null]) {
      const expected = 'expectedM to be an integer of at least 0';
      spoils.push({ name: `expectedM ${value}`, expected, spoil: () => ({ expectedM: value }) });
    }
  }
  if (grouping !== undefined) {
    const { shape } = call[grouping] as Tensor;
    spoils.push({
      name: `${grouping} with gaps`,
      expected: `${grouping} with stride 1 but received strides [2]`,
      spoil: () => ({ [grouping]: device.empty(shape, 'int32', { strides: [2] }) }),
    });
  }
  return spoils;
}
