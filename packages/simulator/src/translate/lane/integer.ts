import type { LaneEmitter } from './lane-emitter.js';

/** add, sub: PTX ISA 9.7.1.1, 9.7.1.2 */
export const add: LaneEmitter = (c, [type]) => {
  const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
  if (/^[su]32$/.test(type!)) return c.setInt(d, `${c.int(a)}+${c.int(b)}|0`);
  if (/^[su]16$/.test(type!)) return c.setInt(d, `${c.int(a)}+${c.int(b)}&65535`);
  if (!/^[su]64$/.test(type!)) return undefined;
  return `{const s=(${c.low(a)}>>>0)+(${c.low(b)}>>>0);const h=${c.high(a)}+${c.high(b)}+(s>4294967295?1:0)|0;${c.setLong(d, 's|0', 'h')}}`;
};

export const subtract: LaneEmitter = (c, [type]) => {
  const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
  if (/^[su]32$/.test(type!)) return c.setInt(d, `${c.int(a)}-${c.int(b)}|0`);
  if (/^[su]16$/.test(type!)) return c.setInt(d, `${c.int(a)}-${c.int(b)}&65535`);
  if (!/^[su]64$/.test(type!)) return undefined;
  return `{const s=(${c.low(a)}>>>0)-(${c.low(b)}>>>0);const h=${c.high(a)}-${c.high(b)}-(s<0?1:0)|0;${c.setLong(d, 's|0', 'h')}}`;
};

/** mul, mad: PTX ISA 9.7.1.3, 9.7.1.4 */
export const multiply: LaneEmitter = (c, [mode, type]) => {
  const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
  if (mode === 'lo' && /^[su]32$/.test(type!)) return c.setInt(d, `Math.imul(${c.int(a)},${c.int(b)})`);
  if (mode === 'lo' && /^[su]16$/.test(type!)) return c.setInt(d, `Math.imul(${c.int(a)},${c.int(b)})&65535`);
  if (mode === 'wide' && /^[su]32$/.test(type!)) {
    const wide = type === 'u32' ? 'multiplyWideUnsigned' : 'multiplyWideSigned';
    return `A64.${wide}(${c.int(a)},${c.int(b)});${c.setLong(d, 'A64.low', 'A64.high')}`;
  }
  if (mode === 'hi' && /^[su]32$/.test(type!)) {
    const wide = type === 'u32' ? 'multiplyWideUnsigned' : 'multiplyWideSigned';
    return `A64.${wide}(${c.int(a)},${c.int(b)});${c.setInt(d, 'A64.high')}`;
  }
  if (mode === 'lo' && /^[su]64$/.test(type!)) {
    return `A64.multiply(${c.low(a)},${c.high(a)},${c.low(b)},${c.high(b)});${c.setLong(d, 'A64.low', 'A64.high')}`;
  }
  return undefined;
};

export const multiplyAdd: LaneEmitter = (c, [mode, type]) => {
  if (mode !== 'lo' || !/^[su]32$/.test(type!)) return undefined;
  const [d, a, b, e] = [c.operand(0), c.operand(1), c.operand(2), c.operand(3)];
  return c.setInt(d, `Math.imul(${c.int(a)},${c.int(b)})+${c.int(e)}|0`);
};

/** div, rem: PTX ISA 9.7.1.8, 9.7.1.9. The result of a division by zero is not specified; hardware gives all ones. */
export const divide: LaneEmitter = (c, [type]) => {
  const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
  if (type === 'u32') return c.setInt(d, `${c.int(b)}===0?-1:${c.unsigned(a)}/${c.unsigned(b)}|0`);
  if (type === 's32') return c.setInt(d, `${c.int(b)}===0?-1:${c.int(a)}/${c.int(b)}|0`);
  return undefined;
};

export const remainder: LaneEmitter = (c, [type]) => {
  const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
  if (type === 'u32') return c.setInt(d, `${c.int(b)}===0?-1:${c.unsigned(a)}%${c.unsigned(b)}|0`);
  if (type === 's32') return c.setInt(d, `${c.int(b)}===0?-1:${c.int(a)}%${c.int(b)}|0`);
  return undefined;
};

/** min, max of integers: PTX ISA 9.7.1.12, 9.7.1.13 */
export const extremeOf =
  (sign: '<' | '>'): LaneEmitter =>
  (c, [type]) => {
    const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
    const read = type === 'u32' ? c.unsigned.bind(c) : c.int.bind(c);
    if (!/^[su]32$/.test(type!)) return undefined;
    return c.setInt(d, `(${read(a)}${sign}${read(b)}?${c.int(a)}:${c.int(b)})`);
  };

/** neg, abs of integers: PTX ISA 9.7.1.10, 9.7.1.11 */
export const negate: LaneEmitter = (c, [type]) =>
  type === 's32' ? c.setInt(c.operand(0), `-${c.int(c.operand(1))}|0`) : undefined;

/** setp: PTX ISA 9.7.6.2, without the combining boolean operation. */
export const setPredicate: LaneEmitter = (c, modifiers) => {
  const [comparison, type] = modifiers as [string, string];
  if (modifiers.length !== 2) return undefined;
  const [p, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
  const target = p.kind === 'pair' ? p.first : p;
  if (p.kind === 'pair') return undefined;
  const condition = /^[bsu](8|16|32)$/.test(type)
    ? compareInts(comparison, ...readBoth(type))
    : /^[bsu]64$/.test(type)
      ? compareLongs(comparison, type)
      : type === 'f32'
        ? compareFloats(comparison, c.float(a), c.float(b))
        : undefined;
  return condition === undefined ? undefined : c.setPredicate(target, condition);

  function readBoth(of: string): [string, string] {
    if (of === 's16') return [`(${c.int(a)}<<16>>16)`, `(${c.int(b)}<<16>>16)`];
    return of.startsWith('s') ? [c.int(a), c.int(b)] : [c.unsigned(a), c.unsigned(b)];
  }

  function compareLongs(of: string, longType: string): string | undefined {
    const [ah, bh] =
      longType === 's64' ? [c.high(a), c.high(b)] : [`(${c.high(a)}>>>0)`, `(${c.high(b)}>>>0)`];
    const [al, bl] = [`(${c.low(a)}>>>0)`, `(${c.low(b)}>>>0)`];
    const operator = operators[of];
    if (operator === undefined) return undefined;
    if (of === 'eq') return `(${ah}===${bh}&&${al}===${bl})`;
    if (of === 'ne') return `(${ah}!==${bh}||${al}!==${bl})`;
    return `(${ah}===${bh}?${al}${operator}${bl}:${ah}${operator}${bh})`;
  }
};

const operators: Readonly<Record<string, string>> = {
  eq: '===',
  ne: '!==',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  lo: '<',
  ls: '<=',
  hi: '>',
  hs: '>=',
};

function compareInts(of: string, a: string, b: string): string | undefined {
  return operators[of] === undefined ? undefined : `(${a}${operators[of]}${b})`;
}

/** Ordered comparisons are false for NaN, `ne` included; the unordered ones (`neu` …) are true. */
function compareFloats(of: string, a: string, b: string): string | undefined {
  if (of === 'nan') return `(${a}!==${a}||${b}!==${b})`;
  if (of === 'num') return `(${a}===${a}&&${b}===${b})`;
  const ordered = of.endsWith('u') && of.length === 3 ? of.slice(0, 2) : of;
  const operator = operators[ordered];
  if (operator === undefined || !/^(eq|ne|lt|le|gt|ge)$/.test(ordered)) return undefined;
  if (ordered !== of) return `(${a}!==${a}||${b}!==${b}||${a}${operator}${b})`;
  return ordered === 'ne' ? `(${a}===${a}&&${b}===${b}&&${a}!==${b})` : `(${a}${operator}${b})`;
}
