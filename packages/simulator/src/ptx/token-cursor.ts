import { rejectPtx } from './reject-ptx.js';
import type { Token } from './tokenize.js';

/** A position in a list of tokens. What is not there is a DgValidationError that names the line. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Undefined at the end of the text. */
  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#index + ahead];
  }

  next(expected: string): Token {
    const token = this.#tokens[this.#index];
    if (token === undefined) rejectPtx(expected, this.#tokens.at(-1)?.line ?? 1, 'the end of the text');
    this.#index += 1;
    return token;
  }

  /** Steps over the token if it is this one, and says whether it was. */
  take(text: string): boolean {
    if (this.peek()?.text !== text) return false;
    this.#index += 1;
    return true;
  }

  expect(text: string): Token {
    const token = this.next(text);
    if (token.text !== text) rejectPtx(text, token.line, token.text);
    return token;
  }

  word(expected: string): Token {
    const token = this.next(expected);
    if (token.kind !== 'word') rejectPtx(expected, token.line, token.text);
    return token;
  }

  integer(expected: string): number {
    const token = this.next(expected);
    const digits = /^(0x[0-9a-fA-F]+|\d+)U?$/.exec(token.text)?.[1];
    if (digits === undefined) rejectPtx(expected, token.line, token.text);
    return Number(digits);
  }

  /** Steps over the rest of a statement and its semicolon; braces in it must be balanced. */
  skipStatement(): void {
    let depth = 0;
    for (;;) {
      const token = this.next(';');
      if (token.text === ';' && depth === 0) return;
      if (token.text === '{') depth += 1;
      if (token.text === '}') depth -= 1;
      if (depth < 0 || token.text === ';') rejectPtx(';', token.line, token.text);
    }
  }

  /** Steps over `{ … }`. */
  skipBlock(): void {
    this.expect('{');
    for (let depth = 1; depth > 0; ) {
      const token = this.next('}');
      if (token.text === '{') depth += 1;
      if (token.text === '}') depth -= 1;
    }
  }

  /** Steps over the tokens left on a line: some directives end where their line does. */
  skipLine(line: number): void {
    while (this.peek()?.line === line) this.#index += 1;
  }
}
