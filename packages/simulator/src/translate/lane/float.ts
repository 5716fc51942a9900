import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';
import { readFloatModifiers } from './float-modifiers.js';
import type { LaneEmitter } from './lane-emitter.js';

/**
 * add, sub, mul of float32: PTX ISA 9.7.3.3 to 9.7.3.5. A float64 operation rounded to float32 is the correctly rounded one;
 * storing in a Float32Array rounds.
 */
export const arithmetic =
  (operator: '+' | '-' | '*'): LaneEmitter =>
  (c, modifiers) => {
    const form = readFloatModifiers(modifiers, ['rn', 'rz', 'rm', 'rp'], ['ftz', 'sat']);
    if (form === undefined) return undefined;
    const [a, b] = [source(c, 1, form.flush), source(c, 2, form.flush)];
    const value =
      form.rounding === undefined || form.rounding === 'rn'
        ? `${a}${operator}(${b})`
        : operator === '*'
          ? `A32.multiplyRounded(${a},${b},'${form.rounding}')`
          : `A32.addRounded(${a},${operator === '-' ? `-(${b})` : b},'${form.rounding}')`;
    return setResult(c, value, form);
  };

/** fma: 9.7.3.6 */
export const fusedMultiplyAdd: LaneEmitter = (c, modifiers) => {
  const form = readFloatModifiers(modifiers, ['rn', 'rz', 'rm', 'rp'], ['ftz', 'sat']);
  if (form?.rounding === undefined) return undefined;
  const sources = [1, 2, 3].map((index) => source(c, index, form.flush)).join(',');
  const value = form.rounding === 'rn' ? `fma(${sources})` : `A32.fuseRounded(${sources},'${form.rounding}')`;
  return setResult(c, value, form);
};

/** div: 9.7.3.8. Approximations give what is nearest; hardware may be 2 ulps from it. */
export const divide: LaneEmitter = (c, modifiers) => {
  const form = readFloatModifiers(modifiers, ['rn', 'rz', 'rm', 'rp', 'full', 'approx'], ['ftz']);
  if (form?.rounding === undefined) return undefined;
  const [a, b] = [source(c, 1, form.flush), source(c, 2, form.flush)];
  switch (form.rounding) {
    case 'rn':
    case 'full':
      return setResult(c, `${a}/(${b})`, form);
    case 'approx':
      return setResult(c, `A32.divideApproximately(${a},${b})`, form);
    default:
      return setResult(c, `A32.divideRounded(${a},${b},'${form.rounding}')`, form);
  }
};

/** rcp: 9.7.3.13. The approximation is 1 ulp from the nearest at most. */
export const reciprocal: LaneEmitter = (c, modifiers) => {
  const form = readFloatModifiers(modifiers, ['rn', 'rz', 'rm', 'rp', 'approx'], ['ftz']);
  if (form?.rounding === undefined) return undefined;
  const a = source(c, 1, form.flush);
  const nearest = form.rounding === 'rn' || form.rounding === 'approx';
  return setResult(c, nearest ? `1/(${a})` : `A32.divideRounded(1,${a},'${form.rounding}')`, form);
};

/** sqrt: 9.7.3.15 */
export const squareRoot: LaneEmitter = (c, modifiers) => {
  const form = readFloatModifiers(modifiers, ['rn', 'rz', 'rm', 'rp', 'approx'], ['ftz']);
  if (form?.rounding === undefined) return undefined;
  const a = source(c, 1, form.flush);
  const nearest = form.rounding === 'rn' || form.rounding === 'approx';
  return setResult(c, nearest ? `Math.sqrt(${a})` : `A32.squareRootRounded(${a},'${form.rounding}')`, form);
};

/** rsqrt, lg2, ex2: 9.7.3.16, 9.7.3.20, 9.7.3.21: what is nearest, from which hardware may be some ulps away */
const approximation =
  (formula: (a: string) => string): LaneEmitter =>
  (c, modifiers) => {
    const form = readFloatModifiers(modifiers, ['approx'], ['ftz']);
    return form?.rounding === undefined ? undefined : setResult(c, formula(source(c, 1, form.flush)), form);
  };

export const reciprocalSquareRoot = approximation((a) => `1/Math.sqrt(${a})`);
export const logarithm = approximation((a) => `Math.log2(${a})`);
export const exponential = approximation((a) => `2**(${a})`);

/** abs, neg: 9.7.3.9, 9.7.3.10. A NaN becomes the canonical one, as an H200 makes it. */
const onBits =
  (formula: (word: string) => string): LaneEmitter =>
  (c, modifiers) => {
    const form = readFloatModifiers(modifiers, [], ['ftz']);
    if (form === undefined) return undefined;
    const word = formula(c.int(c.operand(1)));
    return c.setInt(c.operand(0), form.flush ? `A32.flushBits(${word})` : word);
  };

const canonical = (word: string, otherwise: string) =>
  `((${word}&2147483647)>2139095040?2147483647:${otherwise})`;

export const absolute = onBits((word) => canonical(word, `${word}&2147483647`));
export const negate = onBits((word) => canonical(word, `${word}^-2147483648`));

/** copysign: 9.7.3.2: the sign of the first, the rest of the second */
export const copySign: LaneEmitter = (c, modifiers) => {
  if (modifiers.join('.') !== 'f32') return undefined;
  const [a, b] = [c.int(c.operand(1)), c.int(c.operand(2))];
  return c.setInt(c.operand(0), `${a}&-2147483648|${b}&2147483647`);
};

/** testp: 9.7.3.1: zeros count as normal */
export const testProperty: LaneEmitter = (c, modifiers) => {
  const [property, type] = modifiers as [string, string];
  const condition = properties[property];
  if (modifiers.length !== 2 || type !== 'f32' || condition === undefined) return undefined;
  return `{const x=${c.int(c.operand(1))}&2147483647;${c.setPredicate(c.operand(0), condition)}}`;
};

const properties: Readonly<Record<string, string>> = {
  finite: 'x<2139095040',
  infinite: 'x===2139095040',
  number: 'x<=2139095040',
  notanumber: 'x>2139095040',
  normal: '(x===0||x>=8388608&&x<2139095040)',
  subnormal: '(x!==0&&x<8388608)',
};

/**
 * min, max: 9.7.3.11, 9.7.3.12: a NaN gives way to a number unless `.NaN` keeps it, as the canonical one; -0 is less than
 * +0.
 */
export const extremeOf =
  (name: 'min' | 'max'): LaneEmitter =>
  (c, modifiers) => {
    const form = readFloatModifiers(modifiers, [], ['ftz', 'NaN']);
    if (form === undefined) return undefined;
    const [d, a, b] = [c.operand(0), source(c, 1, form.flush), source(c, 2, form.flush)];
    const result = `(${a}!==${a}?${b}:${b}!==${b}?${a}:Math.${name}(${a},${b}))`;
    if (!form.keepNan) return c.setFloat(d, result);
    return `{const x=${a},y=${b};if(x!==x||y!==y)${c.setInt(d, '2147483647')}else ${c.setFloat(d, `Math.${name}(x,y)`)}}`;
  };

function source(c: OperandCode, index: number, flush: boolean): string {
  const operand: Operand = c.operand(index);
  return flush ? `A32.flush(${c.float(operand)})` : c.float(operand);
}

/** A result that is rounded to a subnormal is flushed; one that is rounded up to a normal number is not. */
function setResult(
  c: OperandCode,
  value: string,
  { flush, saturate }: { readonly flush: boolean; readonly saturate: boolean },
): string {
  const flushed = flush ? `A32.flush(Math.fround(${value}))` : value;
  return c.setFloat(c.operand(0), saturate ? `A32.saturate(${flushed})` : flushed);
}
