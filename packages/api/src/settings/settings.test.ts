import { CpuDevice, type Device, DgValidationError } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { hopper } from '../config/hopper-model.js';
import { resolveLaunchSettings } from './launch-settings.js';
import {
  getMkAlignmentForContiguousLayout,
  resolveMkAlignment,
  setMkAlignmentForContiguousLayout,
} from './mk-alignment.js';
import { getNumSms, setNumSms } from './num-sms.js';
import { getTcUtil, setTcUtil } from './tc-util.js';

/** A device of another size than the cpu, of which settings need nothing else. */
function deviceOf(multiprocessorCount: number): Device {
  const device = new CpuDevice();
  Object.assign(device, { properties: { ...device.properties, multiprocessorCount } });
  return device;
}

describe('settings of a device', () => {
  it('have defaults', () => {
    const device = deviceOf(132);
    expect(getNumSms(device)).toBe(132);
    expect(getTcUtil(device)).toBe(hopper.tensorUtilization);
    expect(getMkAlignmentForContiguousLayout(device)).toBe(128);
  });

  it('hold for that device alone, each apart from the others', () => {
    const [one, other] = [deviceOf(132), deviceOf(132)];
    setNumSms(one, 64);
    setTcUtil(one, 0.5);
    setMkAlignmentForContiguousLayout(one, 256);
    expect([getNumSms(one), getTcUtil(one), getMkAlignmentForContiguousLayout(one)]).toEqual([64, 0.5, 256]);
    expect([getNumSms(other), getMkAlignmentForContiguousLayout(other)]).toEqual([132, 128]);
    setNumSms(one, undefined);
    expect([getNumSms(one), getTcUtil(one)]).toEqual([132, 0.5]);
    setTcUtil(one, undefined);
    setMkAlignmentForContiguousLayout(one, undefined);
    expect([getTcUtil(one), getMkAlignmentForContiguousLayout(one)]).toEqual([hopper.tensorUtilization, 128]);
  });

  it('limit multiprocessors to those that there are', () => {
    const device = deviceOf(8);
    setNumSms(device, 64);
    expect(getNumSms(device)).toBe(8);
    expect(resolveLaunchSettings('f', {}, device).numSms).toBe(8);
    expect(resolveLaunchSettings('f', { numSms: 100 }, device).numSms).toBe(8);
  });

  it('give way to the options of a call', () => {
    const device = deviceOf(132);
    setNumSms(device, 64);
    setTcUtil(device, 0.5);
    setMkAlignmentForContiguousLayout(device, 256);
    expect(resolveLaunchSettings('f', {}, device)).toEqual({ numSms: 64, tcUtil: 0.5 });
    expect(resolveLaunchSettings('f', { numSms: 100, tcUtil: 1 }, device)).toEqual({
      numSms: 100,
      tcUtil: 1,
    });
    expect(resolveMkAlignment('f', undefined, device)).toBe(256);
    expect(resolveMkAlignment('f', 64, device)).toBe(64);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '8', 8n, null, {}])(
    'refuse %s as numSms',
    (value) => {
      const device = deviceOf(132);
      const message = 'setNumSms: expected numSms to be an integer of at least 1 but received';
      expect(() => setNumSms(device, value as number)).toThrow(message);
      expect(getNumSms(device)).toBe(132);
    },
  );

  it.each([0, -0.5, 1.01, Number.NaN, '1', null])('refuse %s as tcUtil', (value) => {
    const message = 'setTcUtil: expected tcUtil to be a number above 0 and at most 1 but received';
    expect(() => setTcUtil(deviceOf(132), value as number)).toThrow(message);
  });

  it.each([0, 32, 96, 320, 512, -64, 64.5, Number.NaN, '128', null])('refuse %s as mkAlignment', (value) => {
    const device = deviceOf(132);
    expect(() => setMkAlignmentForContiguousLayout(device, value as number)).toThrow(
      'setMkAlignmentForContiguousLayout: expected mkAlignment to be a multiple of 64 from 64 to 256 but received',
    );
    expect(getMkAlignmentForContiguousLayout(device)).toBe(128);
  });

  it.each([undefined, null, 3, 'cpu', {}, [], Object.create(null)])('refuse %o as device', (value) => {
    for (const call of [getNumSms, getTcUtil, getMkAlignmentForContiguousLayout]) {
      expect(() => call(value as Device)).toThrow(DgValidationError);
      expect(() => call(value as Device)).toThrow('expected device to be a Device but received');
    }
  });

  it('refuse a destroyed device', () => {
    const device = new CpuDevice();
    device.destroy();
    expect(() => setNumSms(device, 1)).toThrow(
      'setNumSms: expected device cpu to be living but received a destroyed one',
    );
  });
});
