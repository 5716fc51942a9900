import type { Availability } from '@dg/runtime';
import { expect, it } from 'vitest';
import { chooseDevice } from './device-choice.js';

const usable: Availability = {
  available: true,
  reason: undefined,
  message: undefined,
  mend: undefined,
  devices: [],
  notes: [],
};
const unusable: Availability = {
  ...usable,
  available: false,
  reason: 'libcuda-not-found',
  message: 'libcuda.so.1 was not found.',
  mend: 'Install the driver.',
};

it('takes the option, then DG_DEVICE, then a GPU', () => {
  expect(chooseDevice('cpu', { DG_DEVICE: 'cuda' }, usable).id).toBe('cpu');
  expect(chooseDevice(undefined, { DG_DEVICE: 'cuda:1' }, usable).id).toBe('cuda:1');
  expect(chooseDevice(undefined, { DG_DEVICE: '' }, usable).id).toBe('cuda');
});

it('falls back to the cpu and says why and how to mend it', () => {
  const { id, explanation } = chooseDevice(undefined, {}, unusable);
  expect(id).toBe('cpu');
  expect(explanation).toBe(
    'no usable GPU (libcuda-not-found): libcuda.so.1 was not found. Install the driver.',
  );
});
