import { describe, expect, it } from 'vitest';
import { seededRandom } from './seeded-random.js';

describe('seededRandom', () => {
  it('repeats for one seed and differs for another', () => {
    const draw = (seed: number) =>
      Array.from(
        { length: 8 },
        (
          (random) => () =>
            random.bits()
        )(seededRandom(seed)),
      );
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('reaches both ends of an integer range and nothing else', () => {
    const random = seededRandom(1);
    const seen = new Set(Array.from({ length: 1000 }, () => random.integer(-2, 2)));
    expect([...seen].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
  });

  it('has the moments of its distributions', () => {
    const random = seededRandom(2);
    const count = 100_000;
    const normals = Array.from({ length: count }, () => random.normal(3, 2));
    const mean = normals.reduce((sum, value) => sum + value, 0) / count;
    const variance = normals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    expect(mean).toBeCloseTo(3, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(2, 1);
    const uniforms = Array.from({ length: count }, () => random.uniform());
    expect(uniforms.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(uniforms.reduce((sum, value) => sum + value, 0) / count).toBeCloseTo(0.5, 2);
  });

  it('forks streams that differ by label and do not disturb their parent', () => {
    const parent = seededRandom(3);
    expect(parent.fork(0).bits()).not.toBe(parent.fork(1).bits());
    expect(parent.bits()).toBe(seededRandom(3).bits());
  });
});
