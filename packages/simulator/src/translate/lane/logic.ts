import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';
import type { LaneEmitter } from './lane-emitter.js';

/** and, or, xor: PTX ISA 9.7.8.1 to 9.7.8.3 */
export const bitwise =
  (operator: '&' | '|' | '^'): LaneEmitter =>
  (c, [type]) => {
    const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
    switch (type) {
      case 'b16':
      case 'b32':
        return c.setInt(d, `${c.int(a)}${operator}${c.int(b)}`);
      case 'b64':
        return `{const x=${c.low(a)}${operator}${c.low(b)};${c.setLong(d, 'x', `${c.high(a)}${operator}${c.high(b)}`)}}`;
      case 'pred':
        return c.setPredicate(d, `((${c.predicate(a)}?1:0)${operator}(${c.predicate(b)}?1:0))`);
      default:
        return undefined;
    }
  };

/** not: 9.7.8.4 */
export const not: LaneEmitter = (c, [type]) => {
  const [d, a] = [c.operand(0), c.operand(1)];
  if (type === 'b32') return c.setInt(d, `~${c.int(a)}`);
  if (type === 'b16') return c.setInt(d, `~${c.int(a)}&65535`);
  if (type === 'pred') return c.setPredicate(d, `!${c.predicate(a)}`);
  return type === 'b64' ? c.setLong(d, `~${c.low(a)}`, `~${c.high(a)}`) : undefined;
};

/** cnot: 9.7.8.5 */
export const logicalNot: LaneEmitter = (c, [type]) => {
  const [d, a] = [c.operand(0), c.operand(1)];
  if (type === 'b16') return c.setInt(d, `((${c.int(a)}&65535)===0?1:0)`);
  if (type === 'b32') return c.setInt(d, `(${c.int(a)}===0?1:0)`);
  return type === 'b64' ? c.setLong(d, `((${c.low(a)}|${c.high(a)})===0?1:0)`, '0') : undefined;
};

/** lop3: 9.7.8.6, without the boolean operation on its result */
export const lookUp: LaneEmitter = (c, modifiers) => {
  const table = c.operand(4);
  if (modifiers.join('.') !== 'b32' || table.kind !== 'integer' || table.low > 255) return undefined;
  const [d, x, y, z] = [c.operand(0), c.operand(1), c.operand(2), c.operand(3)];
  return c.setInt(d, `A32.lookUpBits(${c.int(x)},${c.int(y)},${c.int(z)},${table.low})`);
};

/** shf: 9.7.8.7 */
export const funnelShift: LaneEmitter = (c, modifiers) => {
  const form = /^([lr])\.(wrap|clamp)\.b32$/.exec(modifiers.join('.'));
  if (form === null) return undefined;
  const [d, a, b, n] = [c.operand(0), c.operand(1), c.operand(2), c.operand(3)];
  const count = form[2] === 'wrap' ? `${c.int(n)}&31` : `Math.min(32,${c.unsigned(n)})`;
  return c.setInt(d, `A32.funnel${form[1] === 'l' ? 'Left' : 'Right'}(${c.int(a)},${c.int(b)},${count})`);
};

/** prmt: 9.7.9.7, the generic form */
export const permute: LaneEmitter = (c, modifiers) => {
  if (modifiers.join('.') !== 'b32') return undefined;
  const [d, a, b, control] = [c.operand(0), c.operand(1), c.operand(2), c.operand(3)];
  return c.setInt(d, `A32.permuteBytes(${c.int(a)},${c.int(b)},${c.int(control)})`);
};

/** shl, shr: PTX ISA 9.7.8.8, 9.7.8.9. Counts beyond the width shift everything out. */
export const shiftLeft: LaneEmitter = (c, [type]) => {
  const [d, a, n] = [c.operand(0), c.operand(1), c.operand(2)];
  if (type === 'b32') return c.setInt(d, `(${c.unsigned(n)}>31?0:${c.int(a)}<<${c.int(n)})`);
  if (type === 'b16') return c.setInt(d, `(${c.unsigned(n)}>15?0:${c.int(a)}<<${c.int(n)}&65535)`);
  if (type !== 'b64') return undefined;
  return `A64.shiftLeft(${c.low(a)},${c.high(a)},${c.unsigned(n)});${c.setLong(d, 'A64.low', 'A64.high')}`;
};

export const shiftRight: LaneEmitter = (c, [type]) => {
  const [d, a, n] = [c.operand(0), c.operand(1), c.operand(2)];
  switch (type) {
    case 'u32':
    case 'b32':
      return c.setInt(d, `(${c.unsigned(n)}>31?0:${c.int(a)}>>>${c.int(n)}|0)`);
    case 's32':
      return c.setInt(d, `${c.int(a)}>>Math.min(31,${c.unsigned(n)})`);
    case 'u16':
    case 'b16':
      return c.setInt(d, `(${c.unsigned(n)}>15?0:(${c.int(a)}&65535)>>>${c.int(n)})`);
    case 's16':
      return c.setInt(d, `(${c.int(a)}<<16>>16)>>Math.min(15,${c.unsigned(n)})&65535`);
    case 's64':
    case 'u64':
    case 'b64':
      return `A64.shiftRight(${c.low(a)},${c.high(a)},${c.unsigned(n)},${type === 's64'});${c.setLong(d, 'A64.low', 'A64.high')}`;
    default:
      return undefined;
  }
};

/** bfi, bfe: PTX ISA 9.7.1.20, 9.7.1.19. Position and length count modulo 256. */
export const bitFieldInsert: LaneEmitter = (c, [type]) => {
  const [d, a, b, at, count] = [c.operand(0), c.operand(1), c.operand(2), c.operand(3), c.operand(4)];
  const field = `${c.int(at)}&255,${c.int(count)}&255`;
  if (type === 'b32') return c.setInt(d, `A32.bitFieldInsert(${c.int(a)},${c.int(b)},${field})`);
  if (type !== 'b64') return undefined;
  const words = `${c.low(a)},${c.high(a)},${c.low(b)},${c.high(b)}`;
  return `A64.bitFieldInsert(${words},${field});${c.setLong(d, 'A64.low', 'A64.high')}`;
};

export const bitFieldExtract: LaneEmitter = (c, [type]) => {
  const [d, a, at, count] = [c.operand(0), c.operand(1), c.operand(2), c.operand(3)];
  const field = `${c.int(at)}&255,${c.int(count)}&255`;
  if (type === 'u32') return c.setInt(d, `A32.bitFieldExtract(${c.int(a)},${field})`);
  if (type === 's32') return c.setInt(d, `A32.bitFieldExtractSigned(${c.int(a)},${field})`);
  if (!/^[su]64$/.test(type!)) return undefined;
  return `A64.bitFieldExtract(${c.low(a)},${c.high(a)},${field},${type === 's64'});${c.setLong(d, 'A64.low', 'A64.high')}`;
};

/** selp: PTX ISA 9.7.6.3 */
export const select: LaneEmitter = (c, [type]) => chosen(c, type!, c.predicate(c.operand(3)));

/** slct: 9.7.6.4: -0 counts as 0, and a NaN chooses the second */
export const selectBySign: LaneEmitter = (c, modifiers) => {
  const [type, by] = modifiers as [string, string];
  const sign = c.operand(3);
  if (modifiers.length !== 2) return undefined;
  if (by === 's32') return chosen(c, type, `${c.int(sign)}>=0`);
  return by === 'f32' ? chosen(c, type, `${c.float(sign)}>=0`) : undefined;
};

function chosen(c: OperandCode, type: string, condition: string): string | undefined {
  const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
  if (/^([bsu](16|32)|f32)$/.test(type)) return c.setInt(d, `(${condition}?${c.int(a)}:${c.int(b)})`);
  if (!/^([bsu]64|f64)$/.test(type)) return undefined;
  return `{const t=${condition};const x=t?${c.low(a)}:${c.low(b)};${c.setLong(d, 'x', `t?${c.high(a)}:${c.high(b)}`)}}`;
}

/** mov: PTX ISA 9.7.9.3; packing and unpacking: 9.7.9.4 */
export const move: LaneEmitter = (c, [type]) => {
  const [d, a] = [c.operand(0), c.operand(1)];
  if (type === 'pred') return c.setPredicate(d, c.predicate(a));
  if (/^([bsu]64|f64)$/.test(type!)) {
    if (a.kind === 'vector') return packLong(c, d, a.elements);
    if (d.kind === 'vector') return unpackLong(c, d.elements, a);
    return d.kind === 'register' ? `{const x=${c.low(a)};${c.setLong(d, 'x', c.high(a))}}` : undefined;
  }
  if (!/^([bsu](16|32)|f32)$/.test(type!)) return undefined;
  if (a.kind === 'vector') {
    const word = packWord(c, a.elements);
    return type === 'b32' && word !== undefined ? c.setInt(d, word) : undefined;
  }
  if (d.kind === 'vector') {
    if (type !== 'b32') return undefined;
    const parts = unpackWord(c, d.elements, 'x');
    return parts === undefined ? undefined : `{const x=${c.int(a)};${parts}}`;
  }
  return c.setInt(d, c.int(a));
};

function packWord(c: OperandCode, elements: readonly Operand[]): string | undefined {
  const bits = 32 / elements.length;
  if (bits !== 16 && bits !== 8) return undefined;
  return elements.map((element, i) => `(${c.int(element)}&${2 ** bits - 1})<<${i * bits}`).join('|');
}

function unpackWord(c: OperandCode, elements: readonly Operand[], word: string): string | undefined {
  const bits = 32 / elements.length;
  if (bits !== 16 && bits !== 8) return undefined;
  return elements.map((element, i) => c.setInt(element, `${word}>>>${i * bits}&${2 ** bits - 1}`)).join('');
}

function packLong(c: OperandCode, d: Operand, elements: readonly Operand[]): string | undefined {
  const [first, second, third, fourth] = elements;
  if (elements.length === 2)
    return `{const x=${c.int(first!)},y=${c.int(second!)};${c.setLong(d, 'x', 'y')}}`;
  if (elements.length !== 4) return undefined;
  const [low, high] = [packWord(c, [first!, second!]), packWord(c, [third!, fourth!])];
  return `{const x=${low},y=${high};${c.setLong(d, 'x', 'y')}}`;
}

function unpackLong(c: OperandCode, elements: readonly Operand[], a: Operand): string | undefined {
  const words = `const x=${c.low(a)},y=${c.high(a)};`;
  const [first, second, third, fourth] = elements;
  if (elements.length === 2) return `{${words}${c.setInt(first!, 'x')}${c.setInt(second!, 'y')}}`;
  if (elements.length !== 4) return undefined;
  return `{${words}${unpackWord(c, [first!, second!], 'x')}${unpackWord(c, [third!, fourth!], 'y')}}`;
}

/** isspacep: 9.7.9.19. Here `.shared` is the window of the whole cluster, so only that form is answered. */
export const isInSpace: LaneEmitter = (c, modifiers) => {
  const [p, a] = [c.operand(0), c.operand(1)];
  switch (modifiers.join('.')) {
    case 'global':
      return c.setPredicate(p, `${c.high(a)}!==sharedWindow`);
    case 'shared::cluster':
      return c.setPredicate(p, `${c.high(a)}===sharedWindow`);
    case 'param':
    case 'param::entry':
      return c.setPredicate(p, `${c.high(a)}===parameterWindow`);
    default:
      return undefined;
  }
};
