import type { LaneEmitter } from './lane-emitter.js';

/** cvt: PTX ISA 9.7.9.21, for the pairs of types that the kernels use */
export const convert: LaneEmitter = (c, modifiers) => {
  const [d, a, b] = [c.operand(0), c.operand(1), modifiers.length > 2 ? 2 : undefined];
  switch (modifiers.join('.')) {
    case 'u64.u32':
    case 'u64.u16':
      return `{const x=${c.int(a)};${c.setLong(d, 'x', '0')}}`;
    case 's64.s32':
      return `{const x=${c.int(a)};${c.setLong(d, 'x', 'x>>31')}}`;
    case 'u32.u64':
    case 's32.s64':
      return c.setInt(d, c.low(a));
    case 'u32.u16':
    case 'u16.u32':
    case 's32.u16':
      return c.setInt(d, `${c.int(a)}&65535`);
    case 's32.s16':
      return c.setInt(d, `${c.int(a)}<<16>>16`);
    case 'u16.u64':
      return c.setInt(d, `${c.low(a)}&65535`);
    case 'u32.u8':
    case 'u16.u8':
      return c.setInt(d, `${c.int(a)}&255`);
    case 'rn.f32.u32':
      return c.setFloat(d, c.unsigned(a));
    case 'rn.f32.s32':
      return c.setFloat(d, c.int(a));
    case 'rzi.u32.f32':
      return c.setInt(d, `A32.truncateToUnsigned(${c.float(a)})`);
    case 'f32.bf16':
      return c.setInt(d, `${c.int(a)}<<16`);
    case 'rn.bf16.f32':
      return c.setInt(d, `roundToBfloat16(${c.int(a)})`);
    case 'rn.bf16x2.f32':
      return c.setInt(d, `roundToBfloat16(${c.int(a)})<<16|roundToBfloat16(${c.int(c.operand(b!))})`);
    case 'rn.satfinite.e4m3x2.f32':
      return c.setInt(d, `roundToE4m3(${c.float(a)})<<8|roundToE4m3(${c.float(c.operand(b!))})`);
    default:
      return undefined;
  }
};

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
