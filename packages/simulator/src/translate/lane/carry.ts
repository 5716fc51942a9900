import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';
import type { LaneEmitter } from './lane-emitter.js';

/** A 32-bit value has no upper word. */
interface Words {
  readonly low: string;
  readonly high?: string;
}

const typed = /^[su](32|64)$/;

/** add.cc, addc, sub.cc, subc: PTX ISA 9.7.2.1 to 9.7.2.4. `modifiers` come without the type's neighbours `.cc`. */
const sum =
  (sign: '+' | '-', takesCarry: boolean): LaneEmitter =>
  (c, modifiers) => {
    const type = modifiers.at(-1)!;
    const givesCarry = modifiers[0] === 'cc';
    if (!typed.test(type) || modifiers.length !== (givesCarry ? 2 : 1)) return undefined;
    const [a, b] = [wordsOf(c, c.operand(1), type), wordsOf(c, c.operand(2), type)];
    return combine(c, a, b, sign, takesCarry, givesCarry);
  };

export const addAndSetCarry = sum('+', false);
export const addWithCarry = sum('+', true);
export const subtractAndSetCarry = sum('-', false);
export const subtractWithCarry = sum('-', true);

/** mad.cc, madc: 9.7.2.5, 9.7.2.6: the carry is that of the addition */
const product =
  (takesCarry: boolean): LaneEmitter =>
  (c, modifiers) => {
    const [part, ...rest] = modifiers;
    const type = rest.at(-1)!;
    const givesCarry = rest[0] === 'cc';
    if (!/^(lo|hi)$/.test(part!) || !typed.test(type) || rest.length !== (givesCarry ? 2 : 1))
      return undefined;
    const [a, b] = [c.operand(1), c.operand(2)];
    const signed = type.startsWith('s');
    const wide = signed ? 'multiplyWideSigned' : 'multiplyWideUnsigned';
    const addend = wordsOf(c, c.operand(3), type);
    if (type.endsWith('32')) {
      const multiply = `A64.${wide}(${c.int(a)},${c.int(b)});const t=A64.${part === 'lo' ? 'low' : 'high'};`;
      return `{${multiply}${combine(c, { low: 't' }, addend, '+', takesCarry, givesCarry)}}`;
    }
    const words = `${c.low(a)},${c.high(a)},${c.low(b)},${c.high(b)}`;
    const multiply = part === 'lo' ? `A64.multiply(${words});` : `A64.multiplyHigh(${words},${signed});`;
    const result = combine(c, { low: 't', high: 'u' }, addend, '+', takesCarry, givesCarry);
    return `{${multiply}const t=A64.low,u=A64.high;${result}}`;
  };

export const multiplyAddAndSetCarry = product(false);
export const multiplyAddWithCarry = product(true);

function wordsOf(c: OperandCode, operand: Operand, type: string): Words {
  return type.endsWith('64') ? { low: c.low(operand), high: c.high(operand) } : { low: c.int(operand) };
}

/** Sums of unsigned words as numbers: one that leaves the range of a word is a carry, or a borrow. */
function combine(
  c: OperandCode,
  a: Words,
  b: Words,
  sign: '+' | '-',
  takesCarry: boolean,
  givesCarry: boolean,
): string {
  const overflows = (name: string) => (sign === '+' ? `(${name}>4294967295?1:0)` : `(${name}<0?1:0)`);
  const carry = takesCarry ? `${sign}A64.carries(w)[l]` : '';
  const low = `const s=(${a.low}>>>0)${sign}(${b.low}>>>0)${carry};`;
  const keep = (name: string) => (givesCarry ? `A64.carries(w)[l]=${overflows(name)};` : '');
  if (a.high === undefined) return `{${low}${keep('s')}${c.setInt(c.operand(0), 's|0')}}`;
  const high = `const h=(${a.high}>>>0)${sign}(${b.high}>>>0)${sign}${overflows('s')};`;
  return `{${low}${high}${keep('h')}${c.setLong(c.operand(0), 's|0', 'h|0')}}`;
}
