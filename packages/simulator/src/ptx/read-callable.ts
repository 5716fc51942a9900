import { countOpcodes } from './count-opcodes.js';
import type { PtxEntry, PtxFunction } from './ptx-module.js';
import { readParameters } from './read-parameters.js';
import { rejectPtx } from './reject-ptx.js';
import type { TokenCursor } from './token-cursor.js';

/** After `.entry`: name, parameters, performance directives and body. Undefined for a declaration without a body. */
export function readEntry(cursor: TokenCursor, linkage: PtxEntry['linkage']): PtxEntry | undefined {
  const { text: name, line } = cursor.word('a name');
  const parameters = readParameters(cursor);
  const directives = readDirectives(cursor);
  if (cursor.take(';')) return undefined;
  return { name, line, linkage, parameters, directives, opcodes: countOpcodes(cursor) };
}

/** After `.func`: the same with a result before the name. */
export function readFunction(cursor: TokenCursor): PtxFunction | undefined {
  readParameterList(cursor);
  const { text: name, line } = cursor.word('a name');
  readParameterList(cursor);
  readDirectives(cursor);
  if (cursor.take(';')) return undefined;
  return { name, line, opcodes: countOpcodes(cursor) };
}

/** A function's parameters may also be registers, and nobody asks for them. */
function readParameterList(cursor: TokenCursor): void {
  if (!cursor.take('(')) return;
  while (!cursor.take(')')) cursor.next(')');
}

/** `.maxntid 384, 1, 1` and the like, up to the body or the semicolon. */
function readDirectives(cursor: TokenCursor): Map<string, number[]> {
  const directives = new Map<string, number[]>();
  for (;;) {
    const token = cursor.peek();
    if (token === undefined || token.text === '{' || token.text === ';') return directives;
    if (!token.text.startsWith('.')) rejectPtx('a directive or a body', token.line, token.text);
    cursor.next('a directive');
    directives.set(token.text, readNumbers(cursor));
  }
}

function readNumbers(cursor: TokenCursor): number[] {
  const numbers: number[] = [];
  if (cursor.peek()?.kind !== 'number') return numbers;
  do numbers.push(cursor.integer('an integer'));
  while (cursor.take(','));
  return numbers;
}
