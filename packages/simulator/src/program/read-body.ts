import { rejectPtx } from '../ptx/reject-ptx.js';
import { TokenCursor } from '../ptx/token-cursor.js';
import type { Token } from '../ptx/tokenize.js';
import type { Guard, Instruction, Operand, SourcePlace } from './instruction.js';
import type { PtxBody, RegisterClass, SharedVariable, Statement } from './ptx-body.js';
import { readOperand } from './read-operand.js';
import { readSourceFiles } from './read-source-files.js';

/**
 * Reads the body of one kernel, operands included.
 *
 * @throws DgValidationError that names the line for what is not understood, and for an entry that is not there.
 */
export function readPtxBody(tokens: readonly Token[], entry: string): PtxBody {
  const reader = new BodyReader(new TokenCursor(tokens), readSourceFiles(tokens));
  reader.readDeclarationsUpTo(entry);
  reader.readBlock(undefined);
  return { statements: reader.statements, registers: reader.registers, shared: reader.shared };
}

const registerClasses: Readonly<Record<string, RegisterClass>> = {
  '.pred': 'predicate',
  // Bytes, and what is shorter than a word, are kept zero-extended.
  '.b8': 'bits16',
  '.b16': 'bits16',
  '.u16': 'bits16',
  '.s16': 'bits16',
  '.b32': 'bits32',
  '.u32': 'bits32',
  '.s32': 'bits32',
  '.f32': 'bits32',
  '.b64': 'bits64',
  '.u64': 'bits64',
  '.s64': 'bits64',
  '.f64': 'bits64',
};

const bytesOfType: Readonly<Record<string, number>> = {
  '.b8': 1,
  '.u8': 1,
  '.b16': 2,
  '.u16': 2,
  '.b32': 4,
  '.u32': 4,
  '.f32': 4,
  '.b64': 8,
  '.u64': 8,
};

/** Names that a block `{ … }` declares; inline assembly opens one for each of its expansions. */
interface Scope {
  readonly prefix: string;
  readonly names: Map<string, string>;
  readonly parent: Scope | undefined;
}

class BodyReader {
  readonly statements: Statement[] = [];
  readonly registers = new Map<string, RegisterClass>();
  readonly shared: SharedVariable[] = [];
  readonly #cursor: TokenCursor;
  readonly #files: ReadonlyMap<number, string>;
  #scopes = 0;
  #source: SourcePlace | undefined;

  constructor(cursor: TokenCursor, files: ReadonlyMap<number, string>) {
    this.#cursor = cursor;
    this.#files = files;
  }

  /** Module-scope shared variables, up to the body's brace. */
  readDeclarationsUpTo(entry: string): void {
    const cursor = this.#cursor;
    for (;;) {
      const token = cursor.next(`an entry ${entry}`);
      if (token.text === '.shared') this.#readShared();
      else if (token.text === '.entry' && cursor.peek()?.text === entry) break;
      else if (token.text === '{') this.#skipToBrace();
    }
    while (cursor.next('{').text !== '{');
  }

  #skipToBrace(): void {
    for (let depth = 1; depth > 0; ) {
      const token = this.#cursor.next('}');
      if (token.text === '{') depth += 1;
      if (token.text === '}') depth -= 1;
    }
  }

  readBlock(parent: Scope | undefined): void {
    const cursor = this.#cursor;
    const scope: Scope = {
      prefix: parent === undefined ? '' : `%${this.#scopes++}_`,
      names: new Map(),
      parent,
    };
    for (;;) {
      if (cursor.take('}')) return;
      if (cursor.take('{')) this.readBlock(scope);
      else if (!cursor.take(';')) this.#readStatement(scope);
    }
  }

  #readStatement(scope: Scope): void {
    const cursor = this.#cursor;
    const guard = this.#readGuard(scope);
    const token = cursor.word('an instruction');
    switch (token.text) {
      case '.reg':
        this.#readRegisters(scope, cursor.word('a register type'));
        return;
      case '.shared':
        this.#readShared();
        return;
      case '.loc':
        this.#readLocation(token.line);
        return;
      case '.pragma':
        cursor.skipStatement();
        return;
      default:
    }
    // Headers of CUDA write the type of a register without a space before it.
    if (token.text.startsWith('.reg.')) {
      this.#readRegisters(scope, { ...token, text: token.text.slice('.reg'.length) });
      return;
    }
    if (token.text.startsWith('.')) rejectPtx('a directive that is known', token.line, token.text);
    if (cursor.take(':')) {
      this.statements.push({ kind: 'label', name: declare(scope, token.text, '') });
      return;
    }
    const instruction = this.#readInstruction(scope, guard, token.text, token.line);
    this.statements.push({ kind: 'instruction', instruction });
  }

  #readGuard(scope: Scope): Guard | undefined {
    const cursor = this.#cursor;
    if (!cursor.take('@')) return undefined;
    const negated = cursor.take('!');
    return { register: resolve(scope, cursor.word('a predicate').text), negated };
  }

  #readInstruction(scope: Scope, guard: Guard | undefined, opcode: string, line: number): Instruction {
    const cursor = this.#cursor;
    const operands: Operand[] = [];
    const resolveName = (name: string) => resolve(scope, name);
    if (!cursor.take(';')) {
      do operands.push(readOperand(cursor, resolveName));
      while (cursor.take(','));
      cursor.expect(';');
    }
    return { opcode, guard, operands, line, source: this.#source };
  }

  /** `.reg .b32 %r<10>;` or `.reg .pred p, q;` */
  #readRegisters(scope: Scope, type: Token): void {
    const cursor = this.#cursor;
    const registerClass = registerClasses[type.text];
    if (registerClass === undefined) rejectPtx('a register type that is known', type.line, type.text);
    do {
      const name = cursor.word('a register').text;
      if (cursor.take('<')) {
        const count = cursor.integer('a count of registers');
        cursor.expect('>');
        for (let i = 0; i < count; i++) this.registers.set(declare(scope, `${name}${i}`, '%'), registerClass);
      } else {
        this.registers.set(declare(scope, name, '%'), registerClass);
      }
    } while (cursor.take(','));
    cursor.expect(';');
  }

  /** `.shared .align 4 .b8 name[64];` with `[]` for dynamic shared memory. */
  #readShared(): void {
    const cursor = this.#cursor;
    const declared = cursor.take('.align') ? cursor.integer('an alignment') : undefined;
    const type = cursor.word('a type');
    const elementBytes = bytesOfType[type.text];
    if (elementBytes === undefined) rejectPtx('a type that is known', type.line, type.text);
    const name = cursor.word('a name').text;
    let count = 1;
    while (cursor.take('[')) {
      if (cursor.take(']')) count = 0;
      else {
        count *= cursor.integer('a count of elements');
        cursor.expect(']');
      }
    }
    cursor.expect(';');
    this.shared.push({ name, alignBytes: declared ?? elementBytes, bytes: count * elementBytes });
  }

  /** `.loc 1 20 5`; a place that it was inlined at follows on its line and lies further out (PTX ISA 11.5.4). */
  #readLocation(line: number): void {
    const cursor = this.#cursor;
    const file = this.#files.get(cursor.integer('a file number')) ?? '?';
    this.#source = { file, line: cursor.integer('a line number') };
    cursor.skipLine(line);
  }
}

function declare(scope: Scope, name: string, sigil: string): string {
  const unique = scope.parent === undefined ? name : `${sigil}${scope.prefix}${name.replace(/^%/, '')}`;
  scope.names.set(name, unique);
  return unique;
}

function resolve(scope: Scope, name: string): string {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = at.names.get(name);
    if (found !== undefined) return found;
  }
  return name;
}
