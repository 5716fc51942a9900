import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';

/**
 * The value of an operand of up to 32 bits as a number, by the type of the instruction: a register may be wider than the
 * type (PTX ISA 9.4.1), and what its upper bits hold does not count.
 */
export function readInteger(c: OperandCode, operand: Operand, type: string): string | undefined {
  const value = c.int(operand);
  switch (type) {
    case 'u8':
    case 'b8':
      return `(${value}&255)`;
    case 's8':
      return `(${value}<<24>>24)`;
    case 'u16':
    case 'b16':
      return `(${value}&65535)`;
    case 's16':
      return `(${value}<<16>>16)`;
    case 'u32':
    case 'b32':
      return `(${value}>>>0)`;
    case 's32':
      return `(${value}|0)`;
    default:
      return undefined;
  }
}

/** Comparison and the like of 64-bit operands: the upper words decide, unless they are equal. */
export function compareLongs(
  c: OperandCode,
  a: Operand,
  b: Operand,
  operator: string,
  signed: boolean,
): string {
  const [ah, bh] = signed
    ? [`(${c.high(a)}|0)`, `(${c.high(b)}|0)`]
    : [`(${c.high(a)}>>>0)`, `(${c.high(b)}>>>0)`];
  const [al, bl] = [`(${c.low(a)}>>>0)`, `(${c.low(b)}>>>0)`];
  if (operator === '===') return `(${ah}===${bh}&&${al}===${bl})`;
  if (operator === '!==') return `(${ah}!==${bh}||${al}!==${bl})`;
  return `(${ah}===${bh}?${al}${operator}${bl}:${ah}${operator}${bh})`;
}

/** An operation on the two halves of 32-bit operands at once (`.u16x2` and the like). */
export function packed(
  c: OperandCode,
  operands: readonly Operand[],
  half: (values: readonly string[]) => string,
): string {
  const [d, ...sources] = operands;
  const names = sources.map((_, i) => `x${i}`);
  const reads = sources.map((source, i) => `const x${i}=${c.int(source)};`).join('');
  const lower = half(names.map((name) => `(${name}&65535)`));
  const upper = half(names.map((name) => `(${name}>>>16)`));
  return `{${reads}const y=${lower}&65535;${c.setInt(d!, `y|(${upper})<<16`)}}`;
}
