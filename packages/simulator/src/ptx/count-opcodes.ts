import { rejectPtx } from './reject-ptx.js';
import type { TokenCursor } from './token-cursor.js';

/** Directives inside a body that end with a semicolon and are no instructions. */
const declarations = new Set([
  '.reg',
  '.param',
  '.shared',
  '.local',
  '.pragma',
  '.branchtargets',
  '.calltargets',
  '.callprototype',
]);

/** The opcodes of a body `{ … }` and how often each occurs, sorted by opcode. */
export function countOpcodes(cursor: TokenCursor): Map<string, number> {
  const counts = new Map<string, number>();
  cursor.expect('{');
  for (let depth = 1; depth > 0; ) {
    if (cursor.take('{')) depth += 1;
    else if (cursor.take('}')) depth -= 1;
    else countStatement(cursor, counts);
  }
  return new Map([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function countStatement(cursor: TokenCursor, counts: Map<string, number>): void {
  if (cursor.take(';')) return;
  skipGuard(cursor);
  const token = cursor.word('an instruction');
  if (cursor.take(':')) return;
  if (token.text === '.loc') {
    cursor.skipLine(token.line);
    return;
  }
  if (token.text.startsWith('.')) {
    // `.reg.b16`: headers of CUDA leave out the space.
    const directive = token.text.replace(/^\.reg\..*/, '.reg');
    if (!declarations.has(directive)) rejectPtx('a directive that is known', token.line, token.text);
  } else {
    if (!/^[a-z][a-z0-9_]*(\.|$)/.test(token.text)) rejectPtx('an instruction', token.line, token.text);
    counts.set(token.text, (counts.get(token.text) ?? 0) + 1);
  }
  cursor.skipStatement();
}

/** `@%p1` or `@!%p1` */
function skipGuard(cursor: TokenCursor): void {
  if (!cursor.take('@')) return;
  cursor.take('!');
  cursor.word('a predicate');
}
