import { DgValidationError } from '@dg/runtime';
import type { PtxEntry, PtxFunction, PtxModule } from './ptx-module.js';
import { readEntry, readFunction } from './read-callable.js';
import { rejectPtx } from './reject-ptx.js';
import { TokenCursor } from './token-cursor.js';
import { type Token, tokenize } from './tokenize.js';

/**
 * Reads a PTX text as nvcc writes it: header, kernels with their parameters, and how often each opcode occurs. It
 * reads the structure; it does not check operands or types.
 *
 * Source: "PTX ISA", chapters Syntax, State Spaces and Directives.
 *
 * @throws DgValidationError that names the line for what is not PTX or not understood; without a line when the text
 * ends without `.version`, `.target` or `.address_size`.
 */
export function readPtxModule(text: string): PtxModule {
  if (typeof text !== 'string') {
    throw new DgValidationError(`expected a string for the PTX but received ${typeof text}`);
  }
  return readPtxTokens(tokenize(text));
}

/** As readPtxModule, of a text that is cut into tokens. */
export function readPtxTokens(tokens: readonly Token[]): PtxModule {
  const cursor = new TokenCursor(tokens);
  const found: Found = { entries: [], functions: [] };
  while (cursor.peek() !== undefined) readDirective(cursor, found);
  return {
    version: required(found.version, '.version'),
    ...required(found.target, '.target'),
    addressBits: required(found.addressBits, '.address_size'),
    entries: found.entries,
    functions: found.functions,
  };
}

interface Found {
  version?: string;
  target?: { readonly target: string; readonly targetOptions: readonly string[] };
  addressBits?: 32 | 64;
  readonly entries: PtxEntry[];
  readonly functions: PtxFunction[];
}

function required<T>(value: T | undefined, directive: string): T {
  if (value === undefined) {
    throw new DgValidationError(`expected ${directive} for the PTX but received a text without it`);
  }
  return value;
}

function readDirective(cursor: TokenCursor, found: Found): void {
  const linkage = readLinkage(cursor);
  const directive = cursor.word('a directive');
  switch (directive.text) {
    case '.version':
      found.version = cursor.next('a version').text;
      return;
    case '.target':
      found.target = readTarget(cursor);
      return;
    case '.address_size':
      found.addressBits = readAddressBits(cursor, directive.line);
      return;
    case '.entry': {
      const entry = readEntry(cursor, linkage);
      if (entry !== undefined) found.entries.push(entry);
      return;
    }
    case '.func': {
      const definition = readFunction(cursor);
      if (definition !== undefined) found.functions.push(definition);
      return;
    }
    case '.global':
    case '.const':
    case '.shared':
    case '.local':
    case '.alias':
    case '.pragma':
      cursor.skipStatement();
      return;
    case '.file':
      cursor.skipLine(directive.line);
      return;
    case '.section':
      cursor.word('the name of a section');
      cursor.skipBlock();
      return;
    default:
      rejectPtx('a directive that is known', directive.line, directive.text);
  }
}

function readLinkage(cursor: TokenCursor): PtxEntry['linkage'] {
  if (cursor.take('.visible')) return 'visible';
  if (cursor.take('.weak')) return 'weak';
  // Only on functions and variables, of which nothing is kept.
  if (!cursor.take('.extern')) cursor.take('.common');
  return 'internal';
}

function readTarget(cursor: TokenCursor): { target: string; targetOptions: string[] } {
  const target = cursor.word('an architecture').text;
  const targetOptions: string[] = [];
  while (cursor.take(',')) targetOptions.push(cursor.word('a target option').text);
  return { target, targetOptions };
}

function readAddressBits(cursor: TokenCursor, line: number): 32 | 64 {
  const bits = cursor.integer('32 or 64');
  if (bits !== 32 && bits !== 64) rejectPtx('32 or 64', line, String(bits));
  return bits;
}
