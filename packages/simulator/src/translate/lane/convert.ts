import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';
import { convertPacked } from './convert-packed.js';
import type { LaneEmitter } from './lane-emitter.js';
import { readInteger } from './read-integer.js';

interface Conversion {
  readonly rounding: string | undefined;
  readonly flags: ReadonlySet<string>;
  readonly to: string;
  readonly from: string;
}

/** cvt: PTX ISA 9.7.9.21 */
export const convert: LaneEmitter = (c, modifiers) => {
  const frequent = convertFrequent(c, modifiers.join('.'));
  if (frequent !== undefined) return frequent;
  if (modifiers.some((modifier) => /x[24]$/.test(modifier))) return convertPacked(c, modifiers);
  const conversion = readConversion(modifiers);
  if (conversion === undefined) return undefined;
  const { to, from } = conversion;
  if (isInteger(from)) return isInteger(to) ? betweenIntegers(c, conversion) : fromInteger(c, conversion);
  return isInteger(to) ? toInteger(c, conversion) : betweenFloats(c, conversion);
};

/** What kernels execute most, without detours. */
function convertFrequent(c: OperandCode, name: string): string | undefined {
  const [d, a] = [c.operand(0), c.operand(1)];
  switch (name) {
    case 'rn.f32.u32':
      return c.setFloat(d, c.unsigned(a));
    case 'rn.f32.s32':
      return c.setFloat(d, c.int(a));
    case 'f32.bf16':
      return c.setInt(d, `${c.int(a)}<<16`);
    case 'rn.bf16.f32':
      return c.setInt(d, `roundToBfloat16(${c.int(a)})`);
    case 'rn.bf16x2.f32':
      return c.setInt(d, `roundToBfloat16(${c.int(a)})<<16|roundToBfloat16(${c.int(c.operand(2))})`);
    case 'rn.satfinite.e4m3x2.f32':
      return c.setInt(d, `roundToE4m3(${c.float(a)})<<8|roundToE4m3(${c.float(c.operand(2))})`);
    default:
      return undefined;
  }
}

const roundings = /^(r[nzmp]|r[nzmp]i)$/;
const flagNames = /^(ftz|sat|relu|satfinite)$/;
const typeNames = /^([su](8|16|32|64)|f16|bf16|f32)$/;
const isInteger = (type: string) => /^[su]\d/.test(type);

function readConversion(modifiers: readonly string[]): Conversion | undefined {
  const rounding = roundings.test(modifiers[0] ?? '') ? modifiers[0] : undefined;
  const rest = modifiers.slice(rounding === undefined ? 0 : 1);
  const [to, from] = rest.slice(-2) as [string, string];
  const flags = rest.slice(0, -2);
  if (rest.length < 2 || !typeNames.test(to) || !typeNames.test(from)) return undefined;
  if (!flags.every((flag) => flagNames.test(flag)) || new Set(flags).size < flags.length) return undefined;
  return { rounding, flags: new Set(flags), to, from };
}

/** True when there are no other flags than these. */
const only = (flags: ReadonlySet<string>, ...allowed: readonly string[]) =>
  [...flags].every((flag) => allowed.includes(flag));

const rangeOf: Readonly<Record<string, readonly [low: number, high: number]>> = {
  u8: [0, 255],
  s8: [-128, 127],
  u16: [0, 65535],
  s16: [-32768, 32767],
  u32: [0, 4294967295],
  s32: [-2147483648, 2147483647],
};

/** Cut off, or extended by the sign of the source; `.sat` limits to the range of the destination. */
function betweenIntegers(c: OperandCode, { rounding, flags, to, from }: Conversion): string | undefined {
  const [d, a] = [c.operand(0), c.operand(1)];
  const saturate = flags.has('sat');
  if (rounding !== undefined || !only(flags, 'sat')) return undefined;
  if (saturate && (to.endsWith('64') || from.endsWith('64'))) return undefined;
  if (from.endsWith('64')) {
    if (to.endsWith('64')) return `{const x=${c.low(a)},y=${c.high(a)};${c.setLong(d, 'x', 'y')}}`;
    return c.setInt(d, toWidth(c.low(a), to));
  }
  const value = readInteger(c, a, from)!;
  if (to.endsWith('64')) {
    const upper = from.startsWith('s') ? 'x>>31' : '0';
    return `{const x=${value}|0;${c.setLong(d, 'x', upper)}}`;
  }
  const range = rangeOf[to]!.join(',');
  return c.setInt(d, saturate ? `A32.clampInteger(${value},${range})` : toWidth(value, to));
}

/** Narrow results fill the register that holds them, with their sign if they have one. */
function toWidth(value: string, type: string): string {
  switch (type) {
    case 'u8':
      return `${value}&255`;
    case 's8':
      return `${value}<<24>>24`;
    case 'u16':
      return `${value}&65535`;
    case 's16':
      return `${value}<<16>>16`;
    default:
      return `${value}|0`;
  }
}

function fromInteger(c: OperandCode, { rounding, flags, to, from }: Conversion): string | undefined {
  if (rounding === undefined || rounding.endsWith('i') || !only(flags)) return undefined;
  const a = c.operand(1);
  if (!from.endsWith('64')) return roundTo(c, readInteger(c, a, from)!, '0', to, rounding);
  const high = from === 's64' ? `(${c.high(a)}|0)` : `(${c.high(a)}>>>0)`;
  // Neither half loses anything here, and their sum only what `s` does not show.
  const halves = `const h=${high}*4294967296,g=${c.low(a)}>>>0,s=h+g;`;
  return `{${halves}${roundTo(c, 's', 'g-(s-h)', to, rounding)}}`;
}

/** A sum and its error, rounded once. */
function roundTo(c: OperandCode, sum: string, error: string, to: string, mode: string): string {
  const d = c.operand(0);
  if (to === 'f32') return c.setFloat(d, `A32.roundToFloat(${sum},${error},'${mode}')`);
  return c.setInt(d, `A32.encodeNarrow(A32.${formatOf(to)},${sum},${error},'${mode}')`);
}

/** Clamped to the range of the destination: `.sat` adds nothing. */
function toInteger(c: OperandCode, { rounding, flags, to, from }: Conversion): string | undefined {
  if (rounding === undefined || !rounding.endsWith('i') || !only(flags, 'sat', 'ftz')) return undefined;
  if (flags.has('ftz') && from !== 'f32') return undefined;
  const d = c.operand(0);
  const value = `A32.roundToIntegral(${floatValue(c, c.operand(1), from, flags.has('ftz'))},'${rounding}')`;
  if (to.endsWith('64'))
    return `A64.fromFloat(${value},${to === 's64'});${c.setLong(d, 'A64.low', 'A64.high')}`;
  return c.setInt(d, `A32.clampInteger(${value},${rangeOf[to]!.join(',')})`);
}

function betweenFloats(c: OperandCode, conversion: Conversion): string | undefined {
  const { rounding, flags, to, from } = conversion;
  const flush = flags.has('ftz');
  if (flush && to !== 'f32' && from !== 'f32') return undefined;
  const value = floatValue(c, c.operand(1), from, flush && from === 'f32');
  if (rounding?.endsWith('i')) return toIntegralFloat(c, conversion, value);
  if (to === 'f32') {
    // The narrower formats lie within float32: there is nothing to round.
    if (rounding !== undefined || !only(flags, 'ftz', 'sat')) return undefined;
    const flushed = flush ? `A32.flush(${value})` : value;
    return c.setFloat(c.operand(0), flags.has('sat') ? `A32.saturate(${flushed})` : flushed);
  }
  if (to === from && rounding === undefined && flags.size === 0)
    return c.setInt(c.operand(0), c.int(c.operand(1)));
  if (to === from || rounding === undefined) return undefined;
  const code = `A32.encodeNarrow(A32.${formatOf(to)},${value},0,'${rounding}')`;
  const finished = finishHalf(code, to, flags);
  return finished === undefined ? undefined : c.setInt(c.operand(0), finished);
}

/** A float to the integer that it is rounded to, as a float of the same type. */
function toIntegralFloat(
  c: OperandCode,
  { rounding, flags, to, from }: Conversion,
  value: string,
): string | undefined {
  if (to !== from || !only(flags, 'ftz')) return undefined;
  const integral = `A32.roundToIntegral(${value},'${rounding}')`;
  if (to === 'f32') return c.setFloat(c.operand(0), integral);
  return c.setInt(c.operand(0), `A32.encodeNarrow(A32.${formatOf(to)},${integral},0,'rn')`);
}

function finishHalf(code: string, to: string, flags: ReadonlySet<string>): string | undefined {
  const format = `A32.${formatOf(to)}`;
  let result = code;
  for (const flag of flags) {
    if (flag === 'satfinite') result = `A32.saturateFinite(${format},${result})`;
    else if (flag === 'relu') result = `A32.reluHalf(${format},${result})`;
    else if (flag === 'sat' && to === 'f16') result = `A32.saturateHalf(${format},${result})`;
    else if (flag !== 'ftz') return undefined;
  }
  return result;
}

function floatValue(c: OperandCode, operand: Operand, type: string, flush: boolean): string {
  if (type !== 'f32') return `A32.decodeNarrow(A32.${formatOf(type)},${c.int(operand)}&65535)`;
  return flush ? `A32.flush(${c.float(operand)})` : c.float(operand);
}

const formatOf = (type: string) => (type === 'f16' ? 'float16' : 'bfloat16');

/** cvta: PTX ISA 9.7.9.20. Parameters and global memory have windows of their own in the generic space. */
export const convertAddress: LaneEmitter = (c, modifiers) => {
  const [d, a] = [c.operand(0), c.operand(1)];
  switch (modifiers.join('.')) {
    case 'to.global.u64':
    case 'global.u64':
      return `{const x=${c.low(a)};${c.setLong(d, 'x', c.high(a))}}`;
    case 'param.u64':
      return `{const x=${c.low(a)};${c.setLong(d, 'x', `${c.high(a)}+parameterWindow`)}}`;
    case 'to.shared.u64':
    case 'shared.u64':
      return `{const x=${c.low(a)};${c.setLong(d, 'x', modifiers[0] === 'to' ? '0' : 'sharedWindow')}}`;
    default:
      return undefined;
  }
};
