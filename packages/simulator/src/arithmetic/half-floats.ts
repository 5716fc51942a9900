import { errorOfSum, type RoundingMode } from './directed-rounding.js';

/** A binary format with infinities, narrower than float32. */
export interface NarrowFormat {
  readonly fractionBits: number;
  readonly bias: number;
  readonly signBit: number;
  /** The NaN that operations give. */
  readonly nan: number;
}

export const float16: NarrowFormat = { fractionBits: 10, bias: 15, signBit: 0x8000, nan: 0x7fff };
export const bfloat16: NarrowFormat = { fractionBits: 7, bias: 127, signBit: 0x8000, nan: 0x7fff };
export const e5m2: NarrowFormat = { fractionBits: 2, bias: 15, signBit: 0x80, nan: 0x7f };

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

export function decodeNarrow(format: NarrowFormat, code: number): number {
  const { fractionBits, bias, signBit } = format;
  const magnitude = code & (signBit - 1);
  const exponent = magnitude >> fractionBits;
  const fraction = magnitude & ((1 << fractionBits) - 1);
  const infinite = infinityOf(format);
  const value =
    magnitude >= infinite
      ? magnitude === infinite
        ? Number.POSITIVE_INFINITY
        : Number.NaN
      : exponent === 0
        ? fraction * 2 ** (1 - bias - fractionBits)
        : (fraction + (1 << fractionBits)) * 2 ** (exponent - bias - fractionBits);
  return code & signBit ? -value : value;
}

/** The code of `sum + error`, of which `sum` is the float64 nearest to the exact value. */
export function encodeNarrow(format: NarrowFormat, sum: number, error: number, mode: RoundingMode): number {
  if (Number.isNaN(sum)) return format.nan;
  const negative = sum < 0 || Object.is(sum, -0);
  const sign = negative ? format.signBit : 0;
  const magnitude = Math.abs(sum);
  if (magnitude === Number.POSITIVE_INFINITY) return sign | infinityOf(format);
  const { fractionBits, bias } = format;
  const smallest = 1 - bias;
  const exponent = Math.max(smallest, exponentOf(magnitude));
  const steps = magnitude / 2 ** (exponent - fractionBits);
  const floor = Math.floor(steps);
  const above = steps === floor ? Math.sign(negative ? -error : error) : 1;
  // Above: whether the exact magnitude is more (1) or less (-1) than the floor; less is more than the floor before it.
  const code = floor + (exponent - smallest) * 2 ** fractionBits + (above < 0 ? -1 : 0);
  const half = steps - floor === 0.5 ? Math.sign(negative ? -error : error) : Math.sign(steps - floor - 0.5);
  const up = roundsUp(mode, negative, above, above < 0 ? 1 : half, code);
  return sign | Math.min(code + (up ? 1 : 0), overflowOf(format, mode, negative));
}

export function addHalves(format: NarrowFormat, a: number, b: number): number {
  return addNumbers(format, decodeNarrow(format, a), decodeNarrow(format, b));
}

export function multiplyHalves(format: NarrowFormat, a: number, b: number): number {
  return encodeNarrow(format, decodeNarrow(format, a) * decodeNarrow(format, b), 0, 'rn');
}

export function fuseHalves(format: NarrowFormat, a: number, b: number, c: number): number {
  return addNumbers(format, decodeNarrow(format, a) * decodeNarrow(format, b), decodeNarrow(format, c));
}

/** min, max: a NaN gives way to a number unless it is to be kept; -0 is less than +0. */
export function extremeOfHalves(
  format: NarrowFormat,
  a: number,
  b: number,
  name: 'min' | 'max',
  keepNan: boolean,
): number {
  const [x, y] = [decodeNarrow(format, a), decodeNarrow(format, b)];
  if (Number.isNaN(x) || Number.isNaN(y)) {
    if (keepNan || (Number.isNaN(x) && Number.isNaN(y))) return format.nan;
    return Number.isNaN(x) ? b : a;
  }
  return Object.is(Math[name](x, y), x) ? a : b;
}

/** `.relu`: negative results to +0. */
export function reluHalf(format: NarrowFormat, code: number): number {
  if ((code & (format.signBit - 1)) > infinityOf(format)) return format.nan;
  return code & format.signBit ? 0 : code;
}

/** `.sat`: to [0, 1], NaN to +0. */
export function saturateHalf(format: NarrowFormat, code: number): number {
  const value = decodeNarrow(format, code);
  if (!(value > 0)) return 0;
  return value > 1 ? format.bias << format.fractionBits : code;
}

/** `.satfinite`: what is beyond the largest finite number to that number. */
export function saturateFinite(format: NarrowFormat, code: number): number {
  const infinite = infinityOf(format);
  return (code & (format.signBit - 1)) === infinite ? (code & format.signBit) | (infinite - 1) : code;
}

function addNumbers(format: NarrowFormat, a: number, b: number): number {
  const sum = a + b;
  return encodeNarrow(format, sum, Number.isFinite(sum) ? errorOfSum(a, b, sum) : 0, 'rn');
}

/** `half` says on which side of the middle between `code` and the next the exact magnitude lies. */
function roundsUp(mode: RoundingMode, negative: boolean, above: number, half: number, code: number): boolean {
  if (mode === 'rn') return half > 0 || (half === 0 && code % 2 === 1);
  return above !== 0 && mode === (negative ? 'rm' : 'rp');
}

/** The largest magnitude that a result may have: infinity, unless the mode rounds toward zero there. */
function overflowOf(format: NarrowFormat, mode: RoundingMode, negative: boolean): number {
  const towardZero = mode === 'rz' || mode === (negative ? 'rp' : 'rm');
  return infinityOf(format) - (towardZero ? 1 : 0);
}

function infinityOf(format: NarrowFormat): number {
  return (2 * format.bias + 1) << format.fractionBits;
}

function exponentOf(magnitude: number): number {
  double[0] = magnitude;
  return ((words[1]! >>> 20) & 0x7ff) - 1023;
}
