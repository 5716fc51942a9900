import { rejectPtx } from '../ptx/reject-ptx.js';
import type { TokenCursor } from '../ptx/token-cursor.js';
import type { Operand } from './instruction.js';

/** Turns the name of the text into that of the innermost scope that declares it. */
export type ResolveName = (name: string) => string;

const specialRegisters =
  /^%(tid|ntid|ctaid|nctaid|cluster_ctaid|cluster_nctaid|clusterid|nclusterid)\.[xyz]$|^%(cluster_ctarank|cluster_nctarank|laneid|warpid|nwarpid|smid|nsmid|clock|clock64|globaltimer|lanemask_(eq|le|lt|ge|gt))$/;

/** One operand: PTX ISA chapter 6. */
export function readOperand(cursor: TokenCursor, resolve: ResolveName): Operand {
  const first = readSimple(cursor, resolve);
  if (!cursor.take('|')) return first;
  return { kind: 'pair', first, second: readSimple(cursor, resolve) };
}

function readSimple(cursor: TokenCursor, resolve: ResolveName): Operand {
  const token = cursor.next('an operand');
  switch (token.text) {
    case '[':
      return readAddress(cursor, resolve);
    case '{':
      return { kind: 'vector', elements: readList(cursor, resolve, '}') };
    case '!':
      return { kind: 'not', operand: readSimple(cursor, resolve) };
    case '-':
      return negate(readSimple(cursor, resolve));
    case '_':
      return { kind: 'sink' };
    default:
  }
  if (token.kind === 'number') return readNumber(token.text, token.line);
  if (token.kind !== 'word') rejectPtx('an operand', token.line, token.text);
  if (specialRegisters.test(token.text)) return { kind: 'special', name: token.text };
  if (token.text.startsWith('%')) return { kind: 'register', name: resolve(token.text) };
  const resolved = resolve(token.text);
  // A register that inline assembly declares has no percent sign.
  return resolved.startsWith('%') ? { kind: 'register', name: resolved } : { kind: 'symbol', name: resolved };
}

/** After the bracket: `base`, `base+4`, `base, {x, y}`. */
function readAddress(cursor: TokenCursor, resolve: ResolveName): Operand {
  const base = readSimple(cursor, resolve);
  let offset = 0;
  if (cursor.take('+'))
    offset = cursor.take('-') ? -cursor.integer('an offset') : cursor.integer('an offset');
  else if (cursor.take('-')) offset = -cursor.integer('an offset');
  let coordinates: readonly Operand[] | undefined;
  if (cursor.take(',')) {
    cursor.expect('{');
    coordinates = readList(cursor, resolve, '}');
  }
  cursor.expect(']');
  return { kind: 'address', base, offset, coordinates };
}

function readList(cursor: TokenCursor, resolve: ResolveName, end: string): Operand[] {
  const elements = [readOperand(cursor, resolve)];
  while (cursor.take(',')) elements.push(readOperand(cursor, resolve));
  cursor.expect(end);
  return elements;
}

function negate(operand: Operand): Operand {
  if (operand.kind !== 'integer') return operand;
  const value = BigInt.asUintN(64, -((BigInt(operand.high) << 32n) | BigInt(operand.low)));
  return integer(value);
}

function integer(value: bigint): Operand {
  return { kind: 'integer', low: Number(value & 0xffffffffn), high: Number((value >> 32n) & 0xffffffffn) };
}

/** Integers, `0f…` and `0d…` (PTX ISA 4.5). */
function readNumber(text: string, line: number): Operand {
  const single = /^0[fF]([0-9a-fA-F]{8})$/.exec(text);
  if (single !== null) return { kind: 'float', bits: 32, low: Number.parseInt(single[1]!, 16), high: 0 };
  const double = /^0[dD]([0-9a-fA-F]{8})([0-9a-fA-F]{8})$/.exec(text);
  if (double !== null) {
    return {
      kind: 'float',
      bits: 64,
      low: Number.parseInt(double[2]!, 16),
      high: Number.parseInt(double[1]!, 16),
    };
  }
  const digits = /^(0x[0-9a-fA-F]+|0b[01]+|\d+)U?$/.exec(text)?.[1];
  if (digits === undefined) rejectPtx('a number', line, text);
  return integer(BigInt.asUintN(64, BigInt(digits)));
}
