import { expect, it } from 'vitest';
import { launchVariant, variantName } from './launch-variant.js';

it('says only what was asked for', () => {
  expect(launchVariant({})).toEqual({});
  expect(variantName({})).toBe('');
  const variant = launchVariant({ dependentLaunch: 'on', constantB: 'off' });
  expect(variant).toEqual({ dependentLaunch: true, constantB: false });
  expect(variantName(variant)).toBe('dependentLaunch=on constantB=off');
});

it('is on or off', () => {
  expect(() => launchVariant({ constantB: 'yes' })).toThrow(
    'expected on or off for --constant-b but received "yes"',
  );
});
