import type { PtxParameter } from './ptx-module.js';
import { rejectPtx } from './reject-ptx.js';
import type { TokenCursor } from './token-cursor.js';

/** `( .param … , .param … )`; an entry may also have none at all. */
export function readParameters(cursor: TokenCursor): PtxParameter[] {
  const parameters: PtxParameter[] = [];
  if (!cursor.take('(') || cursor.take(')')) return parameters;
  do parameters.push(readParameter(cursor));
  while (cursor.take(','));
  cursor.expect(')');
  return parameters;
}

/** `.param .align 64 .b8 name[128]` */
function readParameter(cursor: TokenCursor): PtxParameter {
  cursor.expect('.param');
  const declaredAlign = readAlign(cursor);
  const typeToken = cursor.word('a parameter type');
  const type = typeToken.text.slice(1);
  const elementBytes = bytesOf(type);
  if (elementBytes === undefined) rejectPtx('a parameter type', typeToken.line, typeToken.text);
  skipPointerAttributes(cursor);
  const name = cursor.word('a parameter name').text;
  const elementCount = readElementCount(cursor);
  return {
    name,
    type,
    elementCount,
    alignBytes: declaredAlign ?? elementBytes,
    bytes: elementBytes * (elementCount ?? 1),
  };
}

/** PTX ISA, "Fundamental Types": the width is in the name, but for the packed floats. */
function bytesOf(type: string): number | undefined {
  const bits = /^(?:[bus](8|16|32|64)|b(128)|f(16|32|64)|bf(16)|f16x2|bf16x2)$/.exec(type);
  if (bits === null) return undefined;
  const width = bits.slice(1).find((value) => value !== undefined);
  return width === undefined ? 4 : Number(width) / 8;
}

/** `.ptr .global .align 16` says where a pointer points, not how it is passed. */
function skipPointerAttributes(cursor: TokenCursor): void {
  if (!cursor.take('.ptr')) return;
  for (const space of ['.global', '.const', '.shared', '.local']) cursor.take(space);
  readAlign(cursor);
}

function readAlign(cursor: TokenCursor): number | undefined {
  return cursor.take('.align') ? cursor.integer('an alignment in bytes') : undefined;
}

function readElementCount(cursor: TokenCursor): number | undefined {
  let count: number | undefined;
  while (cursor.take('[')) {
    count = (count ?? 1) * cursor.integer('the number of elements');
    cursor.expect(']');
  }
  return count;
}
