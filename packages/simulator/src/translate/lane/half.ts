import type { OperandCode } from '../operand-code.js';
import type { LaneEmitter } from './lane-emitter.js';
import { packed } from './read-integer.js';

const types = /^(bf16|f16)(x2)?$/;

/** Whether the instruction is one of halves. */
export const isHalf = (modifiers: readonly string[]) => types.test(modifiers.at(-1) ?? '');

/** add, sub, mul of halves: PTX ISA 9.7.4.1 to 9.7.4.3. Only round to nearest exists. */
export const arithmetic =
  (operation: 'add' | 'subtract' | 'multiply'): LaneEmitter =>
  (c, modifiers) => {
    const rest = modifiers.slice(modifiers[0] === 'rn' ? 1 : 0, -1);
    const format = formatOf(modifiers);
    const saturate = rest[0] === 'sat' && format === 'float16';
    if (rest.length > (saturate ? 1 : 0)) return undefined;
    const name = operation === 'multiply' ? 'multiplyHalves' : 'addHalves';
    return onHalves(c, modifiers, 2, ([a, b]) => {
      const value = `A32.${name}(A32.${format},${a},${operation === 'subtract' ? `${b}^32768` : b})`;
      return saturate ? `A32.saturateHalf(A32.${format},${value})` : value;
    });
  };

/** fma of halves: 9.7.4.4 */
export const fusedMultiplyAdd: LaneEmitter = (c, modifiers) => {
  const [rounding, ...rest] = modifiers.slice(0, -1);
  const format = formatOf(modifiers);
  const finish =
    rest[0] === 'relu' ? 'reluHalf' : rest[0] === 'sat' && format === 'float16' ? 'saturateHalf' : '';
  if (rounding !== 'rn' || rest.length > (finish === '' ? 0 : 1)) return undefined;
  return onHalves(c, modifiers, 3, ([x, y, z]) => {
    const value = `A32.fuseHalves(A32.${format},${x},${y},${z})`;
    return finish === '' ? value : `A32.${finish}(A32.${format},${value})`;
  });
};

/** neg, abs of halves: 9.7.4.5, 9.7.4.6, on the bits, so that a NaN keeps its payload */
export const negate: LaneEmitter = (c, modifiers) =>
  modifiers.length === 1 ? onHalves(c, modifiers, 1, ([a]) => `(${a}^32768)`) : undefined;

export const absolute: LaneEmitter = (c, modifiers) =>
  modifiers.length === 1 ? onHalves(c, modifiers, 1, ([a]) => `(${a}&32767)`) : undefined;

/** min, max of halves: 9.7.4.7, 9.7.4.8 */
export const extremeOf =
  (name: 'min' | 'max'): LaneEmitter =>
  (c, modifiers) => {
    const keepNan = modifiers[0] === 'NaN';
    if (modifiers.length !== (keepNan ? 2 : 1)) return undefined;
    const format = formatOf(modifiers);
    return onHalves(
      c,
      modifiers,
      2,
      ([a, b]) => `A32.extremeOfHalves(A32.${format},${a},${b},'${name}',${keepNan})`,
    );
  };

const formatOf = (modifiers: readonly string[]) =>
  modifiers.at(-1)!.startsWith('bf16') ? 'bfloat16' : 'float16';

function onHalves(
  c: OperandCode,
  modifiers: readonly string[],
  sources: number,
  half: (values: readonly string[]) => string,
): string {
  const operands = Array.from({ length: sources + 1 }, (_, i) => c.operand(i));
  if (modifiers.at(-1)!.endsWith('x2')) return packed(c, operands, half);
  const [d, ...values] = operands;
  return c.setInt(d!, half(values.map((value) => `(${c.int(value)}&65535)`)));
}
