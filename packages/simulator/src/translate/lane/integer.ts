import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';
import * as carry from './carry.js';
import type { LaneEmitter } from './lane-emitter.js';
import { compareLongs, packed, readInteger } from './read-integer.js';

/** add, sub: PTX ISA 9.7.1.1, 9.7.1.2; with `.cc`: 9.7.2.1, 9.7.2.3 */
export const add: LaneEmitter = (c, modifiers) => {
  if (modifiers[0] === 'cc') return carry.addAndSetCarry(c, modifiers);
  const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
  switch (modifiers.join('.')) {
    case 'u32':
    case 's32':
      return c.setInt(d, `${c.int(a)}+${c.int(b)}|0`);
    case 'sat.s32':
      return c.setInt(d, `A32.clampInteger(${c.int(a)}+${c.int(b)},-2147483648,2147483647)`);
    case 'u16':
    case 's16':
      return c.setInt(d, `${c.int(a)}+${c.int(b)}&65535`);
    case 'u16x2':
    case 's16x2':
      return packed(c, [d, a, b], ([x, y]) => `${x}+${y}`);
    case 'u64':
    case 's64':
      return `{const s=(${c.low(a)}>>>0)+(${c.low(b)}>>>0);const h=${c.high(a)}+${c.high(b)}+(s>4294967295?1:0)|0;${c.setLong(d, 's|0', 'h')}}`;
    default:
      return undefined;
  }
};

export const subtract: LaneEmitter = (c, modifiers) => {
  if (modifiers[0] === 'cc') return carry.subtractAndSetCarry(c, modifiers);
  const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
  switch (modifiers.join('.')) {
    case 'u32':
    case 's32':
      return c.setInt(d, `${c.int(a)}-(${c.int(b)})|0`);
    case 'sat.s32':
      return c.setInt(d, `A32.clampInteger(${c.int(a)}-(${c.int(b)}),-2147483648,2147483647)`);
    case 'u16':
    case 's16':
      return c.setInt(d, `${c.int(a)}-(${c.int(b)})&65535`);
    case 'u64':
    case 's64':
      return `{const s=(${c.low(a)}>>>0)-(${c.low(b)}>>>0);const h=${c.high(a)}-(${c.high(b)})-(s<0?1:0)|0;${c.setLong(d, 's|0', 'h')}}`;
    default:
      return undefined;
  }
};

/** mul: PTX ISA 9.7.1.3 */
export const multiply: LaneEmitter = (c, modifiers) => {
  const [mode, type] = modifiers as [string, string];
  if (modifiers.length !== 2 || !/^(lo|hi|wide)$/.test(mode) || !/^[su](16|32|64)$/.test(type))
    return undefined;
  const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
  const signed = type.startsWith('s');
  if (type.endsWith('16')) {
    const product = `${readInteger(c, a, type)}*${readInteger(c, b, type)}`;
    if (mode === 'wide') return c.setInt(d, `${product}|0`);
    return c.setInt(d, mode === 'lo' ? `${product}&65535` : `${product}>>16&65535`);
  }
  if (type.endsWith('32')) {
    if (mode === 'lo') return c.setInt(d, `Math.imul(${c.int(a)},${c.int(b)})`);
    const wide = `A64.${signed ? 'multiplyWideSigned' : 'multiplyWideUnsigned'}(${c.int(a)},${c.int(b)});`;
    return wide + (mode === 'hi' ? c.setInt(d, 'A64.high') : c.setLong(d, 'A64.low', 'A64.high'));
  }
  if (mode === 'wide') return undefined;
  const words = `${c.low(a)},${c.high(a)},${c.low(b)},${c.high(b)}`;
  const product = mode === 'lo' ? `A64.multiply(${words});` : `A64.multiplyHigh(${words},${signed});`;
  return product + c.setLong(d, 'A64.low', 'A64.high');
};

/** mad: PTX ISA 9.7.1.4; with `.cc`: 9.7.2.5 */
export const multiplyAdd: LaneEmitter = (c, modifiers) => {
  if (modifiers[1] === 'cc') return carry.multiplyAddAndSetCarry(c, modifiers);
  const [mode, type] = modifiers as [string, string];
  if (modifiers.length !== 2 || !/^(lo|hi|wide)$/.test(mode) || !/^[su](16|32|64)$/.test(type))
    return undefined;
  const [d, a, b, e] = [c.operand(0), c.operand(1), c.operand(2), c.operand(3)];
  const signed = type.startsWith('s');
  if (type.endsWith('16')) {
    const product = `${readInteger(c, a, type)}*${readInteger(c, b, type)}`;
    if (mode === 'wide') return c.setInt(d, `${product}+${c.int(e)}|0`);
    return c.setInt(d, mode === 'lo' ? `${product}+${c.int(e)}&65535` : `(${product}>>16)+${c.int(e)}&65535`);
  }
  if (type.endsWith('32')) {
    if (mode === 'lo') return c.setInt(d, `Math.imul(${c.int(a)},${c.int(b)})+${c.int(e)}|0`);
    const wide = `A64.${signed ? 'multiplyWideSigned' : 'multiplyWideUnsigned'}(${c.int(a)},${c.int(b)});`;
    return wide + (mode === 'hi' ? c.setInt(d, `A64.high+${c.int(e)}|0`) : addLong(c, d, e));
  }
  if (mode === 'wide') return undefined;
  const words = `${c.low(a)},${c.high(a)},${c.low(b)},${c.high(b)}`;
  const product = mode === 'lo' ? `A64.multiply(${words});` : `A64.multiplyHigh(${words},${signed});`;
  return product + addLong(c, d, e);
};

/** What `A64` holds and one more. */
function addLong(c: OperandCode, d: Operand, e: Operand): string {
  return `{const s=(A64.low>>>0)+(${c.low(e)}>>>0);const h=A64.high+${c.high(e)}+(s>4294967295?1:0)|0;${c.setLong(d, 's|0', 'h')}}`;
}

/** div: PTX ISA 9.7.1.8. The result of a division by zero is not specified: all ones here. */
export const divide: LaneEmitter = (c, modifiers) => quotient(c, modifiers, '/', 'divide');

/** rem: 9.7.1.9 */
export const remainder: LaneEmitter = (c, modifiers) => quotient(c, modifiers, '%', 'remainder');

function quotient(
  c: OperandCode,
  modifiers: readonly string[],
  operator: '/' | '%',
  name: string,
): string | undefined {
  const type = modifiers.join('.');
  const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
  if (/^[su]64$/.test(type)) {
    const words = `${c.low(a)},${c.high(a)},${c.low(b)},${c.high(b)}`;
    return `A64.${name}(${words},${type === 's64'});${c.setLong(d, 'A64.low', 'A64.high')}`;
  }
  if (!/^[su](16|32)$/.test(type)) return undefined;
  const divisor = readInteger(c, b, type);
  const mask = type.endsWith('16') ? '65535' : '-1';
  return c.setInt(d, `(${divisor}===0?-1:${readInteger(c, a, type)}${operator}${divisor})&${mask}`);
}

/** min, max of integers: PTX ISA 9.7.1.12, 9.7.1.13 */
export const extremeOf =
  (sign: '<' | '>'): LaneEmitter =>
  (c, modifiers) => {
    const relu = modifiers[0] === 'relu';
    const type = modifiers.slice(relu ? 1 : 0).join('.');
    const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
    if (relu && !/^s(32|16x2)$/.test(type)) return undefined;
    if (/^[su]64$/.test(type)) {
      const first = compareLongs(c, a, b, sign, type === 's64');
      return `{const t=${first};const x=t?${c.low(a)}:${c.low(b)};${c.setLong(d, 'x', `t?${c.high(a)}:${c.high(b)}`)}}`;
    }
    const name = sign === '<' ? 'Math.min' : 'Math.max';
    const extreme = (x: string, y: string) =>
      relu ? `Math.max(0,${name}(${x},${y}))` : `${name}(${x},${y})`;
    if (type === 'u16x2') return packed(c, [d, a, b], ([x, y]) => extreme(x!, y!));
    if (type === 's16x2')
      return packed(c, [d, a, b], ([x, y]) => extreme(`(${x}<<16>>16)`, `(${y}<<16>>16)`));
    if (!/^[su](16|32)$/.test(type)) return undefined;
    const value = extreme(readInteger(c, a, type)!, readInteger(c, b, type)!);
    return c.setInt(d, type.endsWith('16') ? `${value}&65535` : `${value}|0`);
  };

/** abs, neg of integers: PTX ISA 9.7.1.10, 9.7.1.11 */
export const absolute: LaneEmitter = (c, modifiers) => {
  const [d, a] = [c.operand(0), c.operand(1)];
  switch (modifiers.join('.')) {
    case 's16':
      return c.setInt(d, `Math.abs(${c.int(a)}<<16>>16)&65535`);
    case 's32':
      return c.setInt(d, `Math.abs(${c.int(a)})|0`);
    case 's64':
      return `{const n=${c.high(a)}<0;const x=${c.low(a)},y=${c.high(a)};${c.setLong(d, 'n?-x|0:x', 'n?(x===0?-y|0:~y):y')}}`;
    default:
      return undefined;
  }
};

export const negate: LaneEmitter = (c, modifiers) => {
  const [d, a] = [c.operand(0), c.operand(1)];
  switch (modifiers.join('.')) {
    case 's16':
      return c.setInt(d, `-(${c.int(a)})&65535`);
    case 's32':
      return c.setInt(d, `-(${c.int(a)})|0`);
    case 's64':
      return `{const x=${c.low(a)},y=${c.high(a)};${c.setLong(d, '-x|0', 'x===0?-y|0:~y')}}`;
    default:
      return undefined;
  }
};

/** sad: PTX ISA 9.7.1.7: |a - b| + c */
export const sumOfDifferences: LaneEmitter = (c, modifiers) => {
  const type = modifiers.join('.');
  if (!/^[su](16|32)$/.test(type)) return undefined;
  const [d, a, b, e] = [c.operand(0), c.operand(1), c.operand(2), c.operand(3)];
  const mask = type.endsWith('16') ? '65535' : '-1';
  return c.setInt(d, `Math.abs(${readInteger(c, a, type)}-${readInteger(c, b, type)})+${c.int(e)}&${mask}`);
};
