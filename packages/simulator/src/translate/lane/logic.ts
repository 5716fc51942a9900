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

export const not: LaneEmitter = (c, [type]) => {
  const [d, a] = [c.operand(0), c.operand(1)];
  if (type === 'b32') return c.setInt(d, `~${c.int(a)}`);
  if (type === 'b16') return c.setInt(d, `~${c.int(a)}&65535`);
  if (type === 'pred') return c.setPredicate(d, `!${c.predicate(a)}`);
  return type === 'b64' ? c.setLong(d, `~${c.low(a)}`, `~${c.high(a)}`) : undefined;
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
      return c.setInt(d, `(${c.unsigned(n)}>15?0:${c.int(a)}>>>${c.int(n)})`);
    case 's64':
    case 'u64':
    case 'b64':
      return `A64.shiftRight(${c.low(a)},${c.high(a)},${c.unsigned(n)},${type === 's64'});${c.setLong(d, 'A64.low', 'A64.high')}`;
    default:
      return undefined;
  }
};

/** bfi, bfe: PTX ISA 9.7.1.20, 9.7.1.19 */
export const bitFieldInsert: LaneEmitter = (c, [type]) => {
  if (type !== 'b32') return undefined;
  const [d, a, b, at, count] = [c.operand(0), c.operand(1), c.operand(2), c.operand(3), c.operand(4)];
  return c.setInt(d, `A32.bitFieldInsert(${c.int(a)},${c.int(b)},${c.int(at)}&255,${c.int(count)}&255)`);
};

export const bitFieldExtract: LaneEmitter = (c, [type]) => {
  if (type !== 'u32') return undefined;
  const [d, a, at, count] = [c.operand(0), c.operand(1), c.operand(2), c.operand(3)];
  return c.setInt(d, `A32.bitFieldExtract(${c.int(a)},${c.int(at)}&255,${c.int(count)}&255)`);
};

/** selp: PTX ISA 9.7.6.4 */
export const select: LaneEmitter = (c, [type]) => {
  const [d, a, b, p] = [c.operand(0), c.operand(1), c.operand(2), c.operand(3)];
  if (/^[bsu](16|32)$/.test(type!)) return c.setInt(d, `(${c.predicate(p)}?${c.int(a)}:${c.int(b)})`);
  if (type === 'f32') return c.setInt(d, `(${c.predicate(p)}?${c.int(a)}:${c.int(b)})`);
  if (!/^[bsu]64$/.test(type!)) return undefined;
  return `{const t=${c.predicate(p)};const x=t?${c.low(a)}:${c.low(b)};${c.setLong(d, 'x', `t?${c.high(a)}:${c.high(b)}`)}}`;
};

/** mov: PTX ISA 9.7.9.3, packing and unpacking included */
export const move: LaneEmitter = (c, [type]) => {
  const [d, a] = [c.operand(0), c.operand(1)];
  if (type === 'pred') return c.setPredicate(d, c.predicate(a));
  if (/^[bsu]64$/.test(type!)) {
    if (a.kind === 'vector' && a.elements.length === 2) {
      return c.setLong(d, c.int(a.elements[0]!), c.int(a.elements[1]!));
    }
    if (d.kind === 'vector' && d.elements.length === 2) {
      return c.setInt(d.elements[0]!, c.low(a)) + c.setInt(d.elements[1]!, c.high(a));
    }
    return d.kind === 'register' ? `{const x=${c.low(a)};${c.setLong(d, 'x', c.high(a))}}` : undefined;
  }
  if (!/^([bsu](16|32)|f32)$/.test(type!)) return undefined;
  if (a.kind === 'vector') {
    const [low, high] = a.elements;
    return a.elements.length === 2 ? c.setInt(d, `${c.int(low!)}&65535|${c.int(high!)}<<16`) : undefined;
  }
  if (d.kind === 'vector') {
    const [low, high] = d.elements;
    const halves = `${c.setInt(low!, 'x&65535')}${c.setInt(high!, 'x>>>16')}`;
    return d.elements.length === 2 ? `{const x=${c.int(a)};${halves}}` : undefined;
  }
  return c.setInt(d, c.int(a));
};
