import type { LaneEmitter } from './lane-emitter.js';

/**
 * add, sub, mul of float32: PTX ISA 9.7.3. A float64 operation rounded to float32 is the correctly rounded one; storing in a
 * Float32Array rounds.
 */
export const arithmetic =
  (operator: '+' | '-' | '*'): LaneEmitter =>
  (c, modifiers) => {
    if (!/^(rn\.)?f32$/.test(modifiers.join('.'))) return undefined;
    const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
    return c.setFloat(d, `${c.float(a)}${operator}${c.float(b)}`);
  };

/** div.rn: 9.7.3.8; rcp.rn: 9.7.3.13 */
export const divide: LaneEmitter = (c, modifiers) =>
  modifiers.join('.') === 'rn.f32'
    ? c.setFloat(c.operand(0), `${c.float(c.operand(1))}/${c.float(c.operand(2))}`)
    : undefined;

export const reciprocal: LaneEmitter = (c, modifiers) =>
  modifiers.join('.') === 'rn.f32' ? c.setFloat(c.operand(0), `1/${c.float(c.operand(1))}`) : undefined;

/** fma.rn: 9.7.3.6 */
export const fusedMultiplyAdd: LaneEmitter = (c, modifiers) => {
  if (modifiers.join('.') !== 'rn.f32') return undefined;
  const [d, a, b, e] = [c.operand(0), c.operand(1), c.operand(2), c.operand(3)];
  return c.setFloat(d, `fma(${c.float(a)},${c.float(b)},${c.float(e)})`);
};

/** abs, neg: 9.7.3.9, 9.7.3.10, on the bits, so that a NaN keeps its payload */
export const absolute: LaneEmitter = (c, [type]) =>
  type === 'f32' ? c.setInt(c.operand(0), `${c.int(c.operand(1))}&2147483647`) : undefined;

export const negate: LaneEmitter = (c, [type]) =>
  type === 'f32' ? c.setInt(c.operand(0), `${c.int(c.operand(1))}^-2147483648`) : undefined;

/** min, max: 9.7.3.11, 9.7.3.12: a NaN gives way to a number, and -0 is less than +0 */
export const extremeOf =
  (name: 'min' | 'max'): LaneEmitter =>
  (c, [type]) => {
    if (type !== 'f32') return undefined;
    const [a, b] = [c.float(c.operand(1)), c.float(c.operand(2))];
    return c.setFloat(c.operand(0), `(${a}!==${a}?${b}:${b}!==${b}?${a}:Math.${name}(${a},${b}))`);
  };
