import type { LaneEmitter } from './lane-emitter.js';

/** popc, clz: PTX ISA 9.7.1.14, 9.7.1.15 */
export const countOnes: LaneEmitter = (c, modifiers) => {
  const [d, a] = [c.operand(0), c.operand(1)];
  const type = modifiers.join('.');
  if (type === 'b32') return c.setInt(d, `A32.countBits(${c.int(a)})`);
  return type === 'b64' ? c.setInt(d, `A32.countBits(${c.low(a)})+A32.countBits(${c.high(a)})`) : undefined;
};

export const countLeadingZeros: LaneEmitter = (c, modifiers) => {
  const [d, a] = [c.operand(0), c.operand(1)];
  const type = modifiers.join('.');
  if (type === 'b32') return c.setInt(d, `Math.clz32(${c.int(a)})`);
  return type === 'b64'
    ? c.setInt(d, `(${c.high(a)}===0?32+Math.clz32(${c.low(a)}):Math.clz32(${c.high(a)}))`)
    : undefined;
};

/** bfind: 9.7.1.16: the highest bit that is not the sign, or all ones */
export const findHighest: LaneEmitter = (c, modifiers) => {
  const asShift = modifiers[0] === 'shiftamt';
  const type = modifiers.slice(asShift ? 1 : 0).join('.');
  const [d, a] = [c.operand(0), c.operand(1)];
  const flip = (word: string, sign: string) => (type.startsWith('s') ? `(${word}^${sign}>>31)` : word);
  if (/^[su]32$/.test(type)) {
    const result = asShift ? 'n===32?-1:n' : '31-n';
    return `{const n=Math.clz32(${flip(c.int(a), c.int(a))});${c.setInt(d, result)}}`;
  }
  if (!/^[su]64$/.test(type)) return undefined;
  const [low, high] = [flip(c.low(a), c.high(a)), flip(c.high(a), c.high(a))];
  const result = asShift ? 'n===64?-1:n' : '63-n';
  return `{const h=${high};const n=h===0?32+Math.clz32(${low}):Math.clz32(h);${c.setInt(d, result)}}`;
};

/** brev: 9.7.1.18 */
export const reverse: LaneEmitter = (c, modifiers) => {
  const [d, a] = [c.operand(0), c.operand(1)];
  const type = modifiers.join('.');
  if (type === 'b32') return c.setInt(d, `A32.reverseBits(${c.int(a)})`);
  if (type !== 'b64') return undefined;
  const words = `const x=A32.reverseBits(${c.high(a)}),y=A32.reverseBits(${c.low(a)});`;
  return `{${words}${c.setLong(d, 'x', 'y')}}`;
};
