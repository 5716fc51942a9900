import type { Instruction, Operand } from '../program/instruction.js';
import type { RegisterFile } from '../program/register-file.js';
import { rejectInstruction } from './reject-instruction.js';

/** What a name that is no register stands for: an offset in the parameters, or an address in shared memory. */
export type SymbolValues = ReadonlyMap<string, number>;

/**
 * JavaScript for reading and writing operands in a loop over lanes, where `l` is the lane, `I` and `F` the registers as
 * integers and floats, `p0`, `p1`… the predicate masks, and `w` the warp.
 */
export class OperandCode {
  readonly #registers: RegisterFile;
  readonly #symbols: SymbolValues;
  readonly #instruction: Instruction;

  constructor(registers: RegisterFile, symbols: SymbolValues, instruction: Instruction) {
    this.#registers = registers;
    this.#symbols = symbols;
    this.#instruction = instruction;
  }

  get operandCount(): number {
    return this.#instruction.operands.length;
  }

  /** Of the PTX text. */
  get line(): number {
    return this.#instruction.line;
  }

  operand(index: number): Operand {
    return this.#instruction.operands[index] ?? this.fail(`an operand ${index}`, 'none');
  }

  /** An int32 (also for 16-bit registers, which are kept zero-extended). */
  int(operand: Operand): string {
    switch (operand.kind) {
      case 'register':
        return `I[${this.#place(operand.name)}+l]`;
      case 'integer':
      case 'float':
        return `${operand.low | 0}`;
      case 'special':
        return specialCode(operand.name) ?? this.fail('a special register that is implemented', operand.name);
      case 'symbol':
        return `${this.symbol(operand.name)}`;
      default:
        return this.fail('a 32-bit operand', operand.kind);
    }
  }

  unsigned(operand: Operand): string {
    return operand.kind === 'integer' ? `${operand.low}` : `(${this.int(operand)}>>>0)`;
  }

  float(operand: Operand): string {
    if (operand.kind === 'register') return `F[${this.#place(operand.name)}+l]`;
    if (operand.kind === 'float' && operand.bits === 32) return floatLiteral(operand.low);
    return this.fail('a float32 operand', operand.kind);
  }

  /** The low word of a 64-bit operand, as int32. */
  low(operand: Operand): string {
    return this.int(operand);
  }

  high(operand: Operand): string {
    switch (operand.kind) {
      case 'register':
        return `I[${this.#place(operand.name) + 32}+l]`;
      case 'integer':
      case 'float':
        return `${operand.high | 0}`;
      case 'symbol':
        return '0';
      default:
        return this.fail('a 64-bit operand', operand.kind);
    }
  }

  /** A boolean. */
  predicate(operand: Operand): string {
    if (operand.kind === 'not') return `!${this.predicate(operand.operand)}`;
    if (operand.kind === 'integer') return operand.low === 0 && operand.high === 0 ? 'false' : 'true';
    return `(${this.mask(operand)}>>>l&1)`;
  }

  /** The mask of a predicate for the whole warp. */
  mask(operand: Operand): string {
    if (operand.kind !== 'register') return this.fail('a predicate', operand.kind);
    const index = this.#registers.predicates.get(operand.name) ?? this.fail('a predicate', operand.name);
    return `p${index}`;
  }

  setInt(operand: Operand, code: string): string {
    if (operand.kind === 'sink') return '';
    return `${this.int(this.#destination(operand))}=${code};`;
  }

  /** A NaN becomes the canonical one, as an H200 makes it; the manual leaves the bits open (PTX ISA 9.7.3). */
  setFloat(operand: Operand, code: string): string {
    const to = this.#destination(operand);
    return `{const v=${code};${this.float(to)}=v;if(v!==v)${this.int(to)}=2147483647;}`;
  }

  setLong(operand: Operand, low: string, high: string): string {
    const to = this.#destination(operand);
    return `${this.low(to)}=${low};${this.high(to)}=${high};`;
  }

  setPredicate(operand: Operand, condition: string): string {
    if (operand.kind === 'sink') return '';
    const mask = this.mask(operand);
    return `${mask}=${condition}?${mask}|1<<l:${mask}&~(1<<l);`;
  }

  /** A 64-bit operand as a number: exact for addresses, which stay below 2^53. */
  address(operand: Operand): string {
    return `(${this.high(operand)}*4294967296+(${this.low(operand)}>>>0))`;
  }

  symbol(name: string): number {
    return this.#symbols.get(name) ?? this.fail('a parameter or a shared variable', name);
  }

  /** Index in `I` of a register's word for lane 0. */
  plane(operand: Operand): number {
    return operand.kind === 'register' ? this.#place(operand.name) : this.fail('a register', operand.kind);
  }

  fail(expected: string, received: string): never {
    return rejectInstruction(this.#instruction, expected, received);
  }

  #destination(operand: Operand): Operand {
    return operand.kind === 'register' ? operand : this.fail('a register as destination', operand.kind);
  }

  #place(name: string): number {
    const plane = this.#registers.planes.get(name);
    return plane === undefined ? this.fail('a register that is declared', name) : plane * 32;
  }
}

/** PTX ISA chapter 10. */
function specialCode(name: string): string | undefined {
  const axis = /^%(tid|ntid|ctaid|nctaid|cluster_ctaid|cluster_nctaid|clusterid|nclusterid)\.([xyz])$/.exec(
    name,
  );
  if (axis !== null) {
    const index = 'xyz'.indexOf(axis[2]!);
    return axis[1] === 'tid' ? `w.threadIndex[${index}][l]` : `w.cta.special.${axis[1]}[${index}]`;
  }
  if (name === '%laneid') return 'l';
  if (name === '%warpid') return 'w.index';
  if (name === '%cluster_ctarank') return 'w.cta.rank';
  if (name === '%cluster_nctarank') return 'w.cta.clusterSize';
  const lanes = /^%lanemask_(eq|le|lt|ge|gt)$/.exec(name)?.[1];
  if (lanes === undefined) return undefined;
  return { eq: '(1<<l)', lt: '((1<<l)-1)', le: '((2<<l)-1)', ge: '(-1<<l)', gt: '(-2<<l)' }[lanes];
}

function floatLiteral(bits: number): string {
  const value = new Float32Array(new Int32Array([bits]).buffer)[0]!;
  if (Number.isNaN(value)) return 'NaN';
  return Object.is(value, -0) ? '-0' : String(value);
}
