import { expect, it } from 'vitest';
import { launchVariant, variantName } from './launch-variant.js';

it('says only what was asked for', () => {
  expect(launchVariant({})).toEqual({});
  expect(variantName({})).toBe('');
  const variant = launchVariant({ dependentLaunch: 'on', constantB: 'off', constantA: 'on' });
  expect(variant).toEqual({ dependentLaunch: true, constantB: false, constantA: true });
  expect(variantName(variant)).toBe('dependentLaunch=on constantB=off constantA=on');
});

it('is on or off', () => {
  expect(() => launchVariant({ constantB: 'yes' })).toThrow(
    'expected on or off for --constant-b but received "yes"',
  );
  expect(() => launchVariant({ constantA: '' })).toThrow(
    'expected on or off for --constant-a but received ""',
  );
});
