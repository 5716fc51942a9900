import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';
import type { LaneEmitter } from './lane-emitter.js';
import { compareLongs, readInteger } from './read-integer.js';

/** setp: PTX ISA 9.7.6.2; of halves 9.7.7.2 */
export const setPredicate: LaneEmitter = (c, modifiers) => {
  const form = readForm(c, modifiers, 1);
  if (form === undefined) return undefined;
  const d = c.operand(0);
  const [p, q] = d.kind === 'pair' ? [d.first, d.second] : [d, undefined];
  if (form.combine === undefined && q === undefined) return c.setPredicate(p, form.condition);
  const second = q === undefined ? '' : c.setPredicate(q, combined('!t', form.combine));
  const third = form.combine === undefined ? '' : `const k=${form.third};`;
  return `{const t=${form.condition};${third}${c.setPredicate(p, combined('t', form.combine))}${second}}`;
};

/** set: 9.7.6.1; of pairs of halves 9.7.7.1. True is all ones, or 1.0. */
export const set: LaneEmitter = (c, modifiers) => {
  const [type, source] = [modifiers.at(-2)!, modifiers.at(-1)!];
  const d = c.operand(0);
  if (/^(bf16x2|f16x2)$/.test(source)) return setHalves(c, modifiers);
  if (/^(bf16|f16)$/.test(source)) return undefined;
  const form = readForm(c, modifiers, 2);
  const whenTrue = trueOf[type];
  if (form === undefined || whenTrue === undefined) return undefined;
  const third = form.combine === undefined ? '' : `const k=${form.third};`;
  return `{const t=${form.condition};${third}${c.setInt(d, `${combined('t', form.combine)}?${whenTrue}:0`)}}`;
};

const trueOf: Readonly<Record<string, number>> = { u32: -1, s32: -1, f32: 0x3f800000 };

/** Both halves are compared; each result takes a half. */
function setHalves(c: OperandCode, modifiers: readonly string[]): string | undefined {
  const [comparison, type, source] = modifiers as [string, string, string];
  if (modifiers.length !== 3 || type !== source) return undefined;
  const format = source === 'f16x2' ? 'float16' : 'bfloat16';
  const one = source === 'f16x2' ? 0x3c00 : 0x3f80;
  const half = (shift: number) => {
    const read = (name: string) => `A32.decodeNarrow(A32.${format},${name}>>>${shift}&65535)`;
    return compareFloats(comparison, read('x'), read('y'));
  };
  const [lower, upper] = [half(0), half(16)];
  if (lower === undefined || upper === undefined) return undefined;
  const result = c.setInt(c.operand(0), `(${lower}?${one}:0)|(${upper}?${one}:0)<<16`);
  return `{const x=${c.int(c.operand(1))},y=${c.int(c.operand(2))};${result}}`;
}

interface Form {
  readonly condition: string;
  /** The boolean operation with a third predicate. */
  readonly combine: '&' | '|' | '^' | undefined;
  readonly third: string;
}

/** The comparison, its boolean operation, and the types, of which there are one or two. */
function readForm(c: OperandCode, modifiers: readonly string[], types: number): Form | undefined {
  const [comparison, ...rest] = modifiers.slice(0, -types) as [string, ...string[]];
  const type = modifiers.at(-1)!;
  const combine = combinations[rest[0] ?? ''];
  const others = rest.slice(combine === undefined ? 0 : 1);
  const flush = others[0] === 'ftz' && type === 'f32';
  if (others.length > (flush ? 1 : 0)) return undefined;
  const condition = conditionOf(c, comparison, type, flush);
  const third = combine === undefined ? '' : `(${c.predicate(c.operand(3))}?1:0)`;
  return condition === undefined ? undefined : { condition, combine, third };
}

const combinations: Readonly<Record<string, Form['combine']>> = { and: '&', or: '|', xor: '^' };

const combined = (condition: string, combine: Form['combine']) =>
  combine === undefined ? condition : `((${condition}?1:0)${combine}k)!==0`;

function conditionOf(c: OperandCode, comparison: string, type: string, flush: boolean): string | undefined {
  const [a, b] = [c.operand(1), c.operand(2)];
  if (type === 'f32') return compareFloats(comparison, floatOf(c, a, flush), floatOf(c, b, flush));
  if (type === 'f16' || type === 'bf16') {
    const read = (operand: Operand) =>
      `A32.decodeNarrow(A32.${type === 'f16' ? 'float16' : 'bfloat16'},${c.int(operand)}&65535)`;
    return compareFloats(comparison, read(a), read(b));
  }
  const operator = operators[comparison];
  if (operator === undefined || !/^[bsu](16|32|64)$/.test(type)) return undefined;
  // Bit-size types have no order; the unsigned names of comparisons belong to unsigned types.
  if (type.startsWith('b') && !/^(eq|ne)$/.test(comparison)) return undefined;
  if (type.startsWith('s') && /^(lo|ls|hi|hs)$/.test(comparison)) return undefined;
  if (type.endsWith('64')) return compareLongs(c, a, b, operator, type === 's64');
  return `(${readInteger(c, a, type)}${operator}${readInteger(c, b, type)})`;
}

const floatOf = (c: OperandCode, operand: Operand, flush: boolean) =>
  flush ? `A32.flush(${c.float(operand)})` : c.float(operand);

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
