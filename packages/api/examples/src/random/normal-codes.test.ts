import { bfloat16ToFloat32Array, e4m3ToFloat32Array } from '@dg/layout';
import { describe, expect, it } from 'vitest';
import { e4m3Deviation, normalBfloat16Codes, normalE4m3Codes } from './normal-codes.js';

const count = 100_001;

function moments(values: Float32Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

describe('random codes', () => {
  it('bfloat16 numbers have about the mean and deviation asked for', () => {
    const { mean, deviation } = moments(bfloat16ToFloat32Array(normalBfloat16Codes(count, 0.25, 3)));
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(deviation).toBeGreaterThan(0.24);
    expect(deviation).toBeLessThan(0.26);
  });

  it('e4m3 numbers are finite and use the range', () => {
    const values = e4m3ToFloat32Array(normalE4m3Codes(count, 3));
    const { deviation } = moments(values);
    expect(deviation / e4m3Deviation).toBeGreaterThan(0.95);
    expect(deviation / e4m3Deviation).toBeLessThan(1.05);
    expect(Math.max(...values)).toBeGreaterThan(256);
  });

  it('are the same for a seed and others for the next', () => {
    expect(normalE4m3Codes(999, 5)).toEqual(normalE4m3Codes(999, 5));
    const [five, six] = [normalE4m3Codes(999, 5), normalE4m3Codes(999, 6)];
    const same = five.filter((code, i) => code === six[i]).length;
    expect(same).toBeLessThan(100);
    expect(normalE4m3Codes(999, 0).some((code) => code !== 0)).toBe(true);
  });
});
