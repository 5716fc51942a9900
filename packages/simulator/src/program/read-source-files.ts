import { TokenCursor } from '../ptx/token-cursor.js';
import type { Token } from '../ptx/tokenize.js';

/**
 * The names of the source files, by the number that `.loc` calls them (PTX ISA 11.5.3). They may stand anywhere outside
 * of functions, and nvcc writes them behind the kernels: read them before any body.
 *
 * @throws DgValidationError that names the line, for a file without number or name.
 */
export function readSourceFiles(tokens: readonly Token[]): ReadonlyMap<number, string> {
  const files = new Map<number, string>();
  const cursor = new TokenCursor(tokens);
  while (cursor.peek() !== undefined) {
    if (cursor.next('a token').text !== '.file') continue;
    const index = cursor.integer('a file number');
    files.set(index, portableName(cursor.next('a file name').text.slice(1, -1)));
  }
  return files;
}

/** nvcc writes absolute paths; a report shows what an `#include` would say, and nothing of the machine. */
function portableName(path: string): string {
  return path.startsWith('/') ? path.replace(/^.*\/include\/|^.*\//, '') : path;
}
