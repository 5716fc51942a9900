import type { Device, Tensor } from '@dg/runtime';
import {
  type Named,
  optionSpoils,
  type SeededRandom,
  type Spoil,
  strangeValueSpoils,
  tensorSpoils,
  wrongOptionsSpoils,
  wrongStreams,
} from '@dg/testing';
import {
  checkPowersOfTwo,
  getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor,
  getMnMajorTmaAlignedPackedUe8m0Tensor,
  getMnMajorTmaAlignedTensor,
  transformSfIntoRequiredLayout,
} from '../../src/index.js';
import type { LayoutCall } from './layout-call.js';

type Anything = (...values: unknown[]) => unknown;

const functions = {
  getMnMajorTmaAlignedTensor,
  getMnMajorTmaAlignedPackedUe8m0Tensor,
  checkPowersOfTwo,
} as const;

/** A function that takes scales and options only. */
export function scaleCall(device: Device, name: keyof typeof functions, random: SeededRandom): LayoutCall {
  const batch = random.chance(0.5) ? [] : [2];
  const sf = device.zeros([...batch, random.integer(1, 70), random.integer(1, 9)], 'float32');
  const round: Record<string, readonly (() => unknown)[]> =
    name === 'getMnMajorTmaAlignedPackedUe8m0Tensor' ? { round: [() => 1, () => 'up'] } : {};
  return {
    given: { sf, options: {} },
    call: (given) => (functions[name] as Anything)(given['sf'], given['options']),
    spoils: {
      tensors: tensorSpoils(device, 'sf', sf, { alone: true }),
      'strange values': [...strangeValueSpoils('sf'), ...wrongOptionsSpoils()],
      options: optionSpoils({}, { stream: wrongStreams(device), ...round }),
    },
  };
}

export function kGroupedScaleCall(device: Device, random: SeededRandom): LayoutCall {
  const blocks = random.integer(2, 9);
  const sf = device.zeros([blocks, random.integer(1, 70)], 'float32');
  const ks = device.tensor(Int32Array.of(128, 128 * (blocks - 1)), [2], 'int32');
  return {
    given: { sf, ks, options: {} },
    call: (given) =>
      (getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor as Anything)(given['sf'], given['ks'], given['options']),
    spoils: {
      // The device is that of the scales.
      tensors: [...tensorSpoils(device, 'sf', sf, { alone: true }), ...tensorSpoils(device, 'ks', ks)],
      'strange values': [...strangeValueSpoils('sf'), ...strangeValueSpoils('ks'), ...wrongOptionsSpoils()],
      sizes: noGroups(device),
      options: optionSpoils(
        {},
        {
          stream: wrongStreams(device),
          round: [() => 1],
          granularity: [() => 64, () => '128'],
          packedRows: [() => -1, () => 1.5, () => '3'],
        },
      ),
    },
  };
}

function noGroups(device: Device): Spoil<Named>[] {
  return [
    {
      name: 'no groups',
      expected: 'ks of shape [G] with at least one group',
      spoil: () => ({ ks: device.zeros([0], 'int32') }),
    },
    {
      name: 'ks with gaps',
      expected: 'ks with stride 1',
      spoil: () => ({ ks: device.empty([2], 'int32', { strides: [2] }) }),
    },
  ];
}

export function transformSfCall(device: Device, random: SeededRandom): LayoutCall {
  const [mn, k] = [random.integer(130, 300), random.integer(1, 700)];
  const groups = random.chance(0.5) ? undefined : 2;
  const shape = [...(groups === undefined ? [] : [groups]), mn, Math.ceil(k / 128)];
  const sf: Tensor = device.zeros(shape, 'float32');
  const options = { mn, k, isSfa: true, ...(groups === undefined ? {} : { groups }) };
  const perBlock = { isSfa: false, recipe: [1, 128, 128] };
  const otherSizes: Spoil<Named>[] = [{ mn: mn + 1 }, { k: k + 128 }, { groups: 3 }, perBlock].map(
    (change) => ({
      name: `options ${JSON.stringify(change)}`,
      expected: 'sf of shape ',
      spoil: () => ({ options: { ...options, ...change } }),
    }),
  );
  return {
    given: { sf, options },
    call: (given) => (transformSfIntoRequiredLayout as Anything)(given['sf'], given['options']),
    spoils: {
      tensors: tensorSpoils(device, 'sf', sf, { wrongDtype: 'bfloat16', alone: true }),
      'strange values': [...strangeValueSpoils('sf'), ...wrongOptionsSpoils()],
      sizes: otherSizes,
      options: optionSpoils(options, {
        stream: wrongStreams(device),
        mn: [() => -1, () => undefined],
        k: [() => 1.5],
        groups: [() => '2'],
        isSfa: [() => 1],
        recipe: [() => [1, 64, 128], () => [1, 128]],
        architecture: [() => 'sm_80', () => 90],
        round: [() => 0],
      }),
    },
  };
}
