/** A binary format with infinities. Everything here is integer arithmetic: nothing is shared with what it checks. */
export interface ExactFormat {
  readonly fractionBits: bigint;
  readonly bias: bigint;
}

export const binary32: ExactFormat = { fractionBits: 23n, bias: 127n };
export const binary16: ExactFormat = { fractionBits: 10n, bias: 15n };
export const brain16: ExactFormat = { fractionBits: 7n, bias: 127n };

/** numerator / denominator, with a denominator above 0. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export type Mode = 'rn' | 'rz' | 'rm' | 'rp';

const exponentMask = (format: ExactFormat) => 2n * format.bias + 1n;
const signOf = (format: ExactFormat, code: bigint) =>
  (code / ((exponentMask(format) + 1n) << format.fractionBits)) % 2n === 1n;

/** The value of a finite code. */
export function ratioOf(format: ExactFormat, code: bigint): Ratio {
  const fraction = code % (1n << format.fractionBits);
  const exponent = (code >> format.fractionBits) & exponentMask(format);
  if (exponent === exponentMask(format)) throw new RangeError(`expected a finite code but received ${code}`);
  const steps = exponent === 0n ? fraction : fraction + (1n << format.fractionBits);
  const power = (exponent === 0n ? 1n : exponent) - format.bias - format.fractionBits;
  const signed = signOf(format, code) ? -steps : steps;
  return power < 0n
    ? { numerator: signed, denominator: 1n << -power }
    : { numerator: signed << power, denominator: 1n };
}

export const add = (a: Ratio, b: Ratio): Ratio => ({
  numerator: a.numerator * b.denominator + b.numerator * a.denominator,
  denominator: a.denominator * b.denominator,
});

export const multiply = (a: Ratio, b: Ratio): Ratio => ({
  numerator: a.numerator * b.numerator,
  denominator: a.denominator * b.denominator,
});

export const divide = (a: Ratio, b: Ratio): Ratio =>
  b.numerator < 0n
    ? { numerator: -a.numerator * b.denominator, denominator: a.denominator * -b.numerator }
    : { numerator: a.numerator * b.denominator, denominator: a.denominator * b.numerator };

/** The code of a value that is not zero. */
export function encodeRatio(format: ExactFormat, { numerator, denominator }: Ratio, mode: Mode): bigint {
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  const { fractionBits, bias } = format;
  const least = 1n - bias;
  let exponent = least;
  while (reaches(magnitude, denominator, exponent + 1n)) exponent += 1n;
  const step = exponent - fractionBits;
  const [above, below] = step < 0n ? [magnitude << -step, denominator] : [magnitude, denominator << step];
  const steps = above / below;
  const rest = above % below;
  const outward = mode === (negative ? 'rm' : 'rp');
  const tie = 2n * rest === below;
  const up = mode === 'rn' ? 2n * rest > below || (tie && steps % 2n === 1n) : outward && rest > 0n;
  const code = steps + ((exponent - least) << fractionBits) + (up ? 1n : 0n);
  const infinity = exponentMask(format) << fractionBits;
  const limit = mode === 'rn' || outward ? infinity : infinity - 1n;
  const sign = negative ? (exponentMask(format) + 1n) << fractionBits : 0n;
  return sign + (code > limit ? limit : code);
}

/** Whether numerator / denominator is at least 2^power. */
function reaches(numerator: bigint, denominator: bigint, power: bigint): boolean {
  return power < 0n ? numerator << -power >= denominator : numerator >= denominator << power;
}
