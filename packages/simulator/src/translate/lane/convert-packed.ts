import type { OperandCode } from '../operand-code.js';

/**
 * cvt of pairs: PTX ISA 9.7.9.21. Of two sources the first takes the upper half of the result; of one source the halves keep
 * their places.
 */
export function convertPacked(c: OperandCode, modifiers: readonly string[]): string | undefined {
  const [rounding, ...rest] = modifiers;
  const [to, from] = rest.slice(-2) as [string, string];
  const flags = rest.slice(0, -2);
  const relu = flags.includes('relu');
  const finite = flags.includes('satfinite');
  if (flags.length !== (relu ? 1 : 0) + (finite ? 1 : 0)) return undefined;
  if (from === 'f32') {
    const [a, b] = [c.float(c.operand(1)), c.float(c.operand(2))];
    const [upper, lower] = [encode(to, a, rounding!, relu, finite), encode(to, b, rounding!, relu, finite)];
    if (upper === undefined || lower === undefined) return undefined;
    return c.setInt(c.operand(0), `(${upper})<<${widthOf(to)}|${lower}`);
  }
  if (rounding !== 'rn') return undefined;
  if (from === 'f16x2' && to !== 'f16x2' && to !== 'bf16x2') {
    const half = (shift: number) =>
      encode(to, `A32.decodeNarrow(A32.float16,x>>>${shift}&65535)`, 'rn', relu, finite);
    const [upper, lower] = [half(16), half(0)];
    if (upper === undefined || lower === undefined) return undefined;
    return `{const x=${c.int(c.operand(1))};${c.setInt(c.operand(0), `(${upper})<<8|${lower}`)}}`;
  }
  if (to !== 'f16x2' || finite || !/^e(4m3|5m2)x2$/.test(from)) return undefined;
  const decoder = from === 'e4m3x2' ? 'A32.decodeE4m3' : 'A32.decodeE5m2';
  const half = (shift: number) => {
    const code = `A32.encodeNarrow(A32.float16,${decoder}(x>>>${shift}&255),0,'rn')`;
    return relu ? `A32.reluHalf(A32.float16,${code})` : code;
  };
  return `{const x=${c.int(c.operand(1))};${c.setInt(c.operand(0), `${half(8)}<<16|${half(0)}`)}}`;
}

const widthOf = (to: string) => (/^e\dm\dx2$/.test(to) ? 8 : 16);

/** One float as a code of the destination's element. */
function encode(
  to: string,
  value: string,
  rounding: string,
  relu: boolean,
  finite: boolean,
): string | undefined {
  switch (to) {
    case 'f16x2':
    case 'bf16x2': {
      if (rounding !== 'rn' && rounding !== 'rz') return undefined;
      const format = to === 'f16x2' ? 'A32.float16' : 'A32.bfloat16';
      const code = `A32.encodeNarrow(${format},${value},0,'${rounding}')`;
      const bounded = finite ? `A32.saturateFinite(${format},${code})` : code;
      return relu ? `A32.reluHalf(${format},${bounded})` : bounded;
    }
    case 'e4m3x2':
    case 'e5m2x2': {
      if (rounding !== 'rn' || !finite) return undefined;
      const name = to === 'e4m3x2' ? 'roundToE4m3' : 'A32.roundToE5m2';
      return relu ? `A32.reluEighth(${name}(${value}))` : `${name}(${value})`;
    }
    default:
      return undefined;
  }
}
