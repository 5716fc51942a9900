import { rejectPtx } from './reject-ptx.js';

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'punctuation';
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

type Shape = Token['kind'] | 'space' | 'comment';

// A word holds dots and `::`, so that an opcode with its modifiers is one token; a single colon ends a label.
const patterns: Readonly<Record<Shape, RegExp>> = {
  space: /\s+/y,
  comment: /\/\/[^\n]*|\/\*[\s\S]*?\*\//y,
  word: /[.%$_A-Za-z](?:[\w$.%]|::)*/y,
  number: /\d[\w.]*/y,
  string: /"[^"\n]*"/y,
  punctuation: /[{}()[\]<>,;:@!+\-|=*&~/]/y,
};

/** The tokens of a PTX text without space and comments. Throws DgValidationError for a character PTX does not have. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let position = 0; position < text.length; ) {
    const shape = shapeAt(text, position);
    const pattern = patterns[shape];
    pattern.lastIndex = position;
    if (!pattern.test(text)) rejectPtx('a token of PTX', line, text[position]!);
    const lexeme = text.slice(position, pattern.lastIndex);
    position = pattern.lastIndex;
    if (shape === 'space' || shape === 'comment') line += countNewlines(lexeme);
    else tokens.push({ kind: shape, text: lexeme, line });
  }
  return tokens;
}

/** By its first character, a comment by its first two. */
function shapeAt(text: string, position: number): Shape {
  const code = text.charCodeAt(position);
  if (code <= space) return 'space';
  if (code === slash && /[/*]/.test(text[position + 1] ?? '')) return 'comment';
  if (code >= zero && code <= nine) return 'number';
  if (code === quote) return 'string';
  return isWordStart(code) ? 'word' : 'punctuation';
}

const [space, quote, slash, zero, nine] = [' ', '"', '/', '0', '9'].map((c) => c.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
];

function isWordStart(code: number): boolean {
  const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  // . % $ _
  return isLetter || code === 0x2e || code === 0x25 || code === 0x24 || code === 0x5f;
}

function countNewlines(lexeme: string): number {
  let count = 0;
  for (let at = lexeme.indexOf('\n'); at >= 0; at = lexeme.indexOf('\n', at + 1)) count += 1;
  return count;
}
