import { rejectPtx } from './reject-ptx.js';

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'punctuation';
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

// A word holds dots and `::`, so that an opcode with its modifiers is one token; a single colon ends a label.
const lexemes = new RegExp(
  [
    String.raw`(?<space>\s+|//[^\n]*|/\*[\s\S]*?\*/)`,
    String.raw`(?<word>[.%$_A-Za-z](?:[\w$.%]|::)*)`,
    String.raw`(?<number>\d[\w.]*)`,
    String.raw`(?<string>"[^"\n]*")`,
    String.raw`(?<punctuation>[{}()[\]<>,;:@!+\-|=*&~/])`,
  ].join('|'),
  'y',
);

/** The tokens of a PTX text without space and comments. Throws DgValidationError for a character PTX does not have. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let position = 0;
  while (position < text.length) {
    lexemes.lastIndex = position;
    const groups = lexemes.exec(text)?.groups;
    if (groups === undefined) rejectPtx('a token of PTX', line, text[position]!);
    const [kind, lexeme] = Object.entries(groups).find(([, value]) => value !== undefined)!;
    if (kind !== 'space') tokens.push({ kind: kind as Token['kind'], text: lexeme, line });
    position += lexeme.length;
    line += countNewlines(lexeme);
  }
  return tokens;
}

function countNewlines(lexeme: string): number {
  let count = 0;
  for (let at = lexeme.indexOf('\n'); at >= 0; at = lexeme.indexOf('\n', at + 1)) count += 1;
  return count;
}
