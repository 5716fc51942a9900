/** Operand types of WGMMA that are modelled. */
export type OperandType = 'e4m3' | 'bf16' | 'tf32';

export const operandElementBytes: Readonly<Record<OperandType, number>> = { e4m3: 1, bf16: 2, tf32: 4 };

const exponentBias = 7;
const mantissaSteps = 8;

/** The value of every e4m3 code: 1-4-3 bits, no infinity, NaN at 0x7F and 0xFF (PTX ISA 5.2.3). */
export const e4m3Values: Float64Array = Float64Array.from({ length: 256 }, (_, code) => {
  const exponent = (code >> 3) & 0xf;
  const mantissa = code & 0x7;
  if (exponent === 0xf && mantissa === 0x7) return Number.NaN;
  const magnitude =
    exponent === 0
      ? (mantissa / mantissaSteps) * 2 ** (1 - exponentBias)
      : (1 + mantissa / mantissaSteps) * 2 ** (exponent - exponentBias);
  return code & 0x80 ? -magnitude : magnitude;
});

// tf32 keeps 10 of float32's 23 mantissa bits.
const tf32Mask = 0xffffe000;

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** A function from `operandElementBytes` little-endian bytes to their value. */
export type DecodeElement = (bytes: Uint8Array, at: number) => number;

/**
 * Reads one element. tf32 drops the low 13 bits: its layout is left to the implementation by the manual
 * (PTX ISA 5.2.3), and this is what is known of the hardware.
 */
export const decodeElement: Readonly<Record<OperandType, DecodeElement>> = {
  e4m3: (bytes, at) => e4m3Values[bytes[at]!]!,
  bf16: (bytes, at) => {
    word[0] = (bytes[at]! << 16) | (bytes[at + 1]! << 24);
    return float[0]!;
  },
  tf32: (bytes, at) => {
    word[0] =
      (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) & tf32Mask;
    return float[0]!;
  },
};
