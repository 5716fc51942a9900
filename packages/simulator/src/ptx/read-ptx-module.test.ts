import { DgValidationError } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { readPtxModule } from './read-ptx-module.js';

const header = '.version 9.0\n.target sm_90a\n.address_size 64\n';

/** A kernel with this body; its first line is line 5 of the text. */
const kernel = (body: string) => `${header}.visible .entry k()\n${body}`;

const opcodesOf = (body: string) => Object.fromEntries(readPtxModule(kernel(body)).entries[0]!.opcodes);

const messageOf = (text: string) => {
  try {
    readPtxModule(text);
  } catch (error) {
    expect(error).toBeInstanceOf(DgValidationError);
    return (error as Error).message;
  }
  throw new Error('expected an error but the text was read');
};

describe('header', () => {
  it('gives version, target, options and address size', () => {
    const text = '// Generated\n.version 8.3\n.target sm_100a, debug\n.address_size 64\n';
    expect(readPtxModule(text)).toEqual({
      version: '8.3',
      target: 'sm_100a',
      targetOptions: ['debug'],
      addressBits: 64,
      entries: [],
      functions: [],
    });
  });

  it.each(['.version', '.target', '.address_size'])('misses %s', (directive) => {
    const text = header.replace(new RegExp(`\\${directive}.*\n`), '');
    expect(messageOf(text)).toBe(`expected ${directive} for the PTX but received a text without it`);
  });
});

describe('parameters', () => {
  const parametersOf = (list: string) =>
    readPtxModule(`${header}.visible .entry k(${list}) { ret; }`).entries[0]!.parameters;

  it('gives type, alignment and bytes of scalars and arrays', () => {
    expect(
      parametersOf('.param .align 64 .b8 map[128], .param .u64 pointer, .param .f32 by, .param .u8 flag'),
    ).toEqual([
      { name: 'map', type: 'b8', elementCount: 128, alignBytes: 64, bytes: 128 },
      { name: 'pointer', type: 'u64', elementCount: undefined, alignBytes: 8, bytes: 8 },
      { name: 'by', type: 'f32', elementCount: undefined, alignBytes: 4, bytes: 4 },
      { name: 'flag', type: 'u8', elementCount: undefined, alignBytes: 1, bytes: 1 },
    ]);
  });

  it.each([
    ['s16', 2],
    ['bf16', 2],
    ['f16x2', 4],
    ['b128', 16],
    ['f64', 8],
  ])('knows the width of %s', (type, bytes) => {
    expect(parametersOf(`.param .${type} x`)[0]).toMatchObject({ bytes, alignBytes: bytes });
  });

  it('multiplies the dimensions of an array', () => {
    expect(parametersOf('.param .b32 x[3][5]')[0]).toMatchObject({
      elementCount: 15,
      bytes: 60,
      alignBytes: 4,
    });
  });

  it('reads over pointer attributes', () => {
    expect(parametersOf('.param .u64 .ptr .global .align 16 x')[0]).toMatchObject({
      name: 'x',
      alignBytes: 8,
      bytes: 8,
    });
  });

  it('accepts an entry without a list', () => {
    expect(readPtxModule(`${header}.entry k { ret; }`).entries[0]).toMatchObject({
      linkage: 'internal',
      parameters: [],
    });
  });
});

describe('entries', () => {
  it('gives linkage, line and performance directives', () => {
    const text = `${header}
.weak .entry first()
.maxntid 384, 1, 1
.minnctapersm 1
.explicitcluster
{ ret; }
.visible .entry second() { ret; }`;
    const [first, second] = readPtxModule(text).entries;
    expect(first).toMatchObject({ name: 'first', linkage: 'weak', line: 5 });
    expect(Object.fromEntries(first!.directives)).toEqual({
      '.maxntid': [384, 1, 1],
      '.minnctapersm': [1],
      '.explicitcluster': [],
    });
    expect(second).toMatchObject({ name: 'second', linkage: 'visible', line: 10 });
  });

  it('leaves out declarations, and lists functions with a body apart', () => {
    const text = `${header}
.extern .func (.param .b32 r) vprintf (.param .b64 a, .param .b64 b);
.visible .entry later();
.func (.reg .f32 r) helper (.reg .f32 x) .noreturn { mul.f32 r, x, x; ret; }`;
    const { entries, functions } = readPtxModule(text);
    expect(entries).toEqual([]);
    expect(functions).toEqual([
      {
        name: 'helper',
        line: 7,
        opcodes: new Map([
          ['mul.f32', 1],
          ['ret', 1],
        ]),
      },
    ]);
  });

  it('reads over variables, sections and files', () => {
    const text = `${header}
.extern .shared .align 1024 .b8 buffer[];
.global .align 4 .b8 table[8] = {1, 0, 0, 0, 2};
.file 1 "kernel.cu"
.const .f32 c = 0f3F800000;
.section .debug_str { .b8 107, 0 }
.visible .entry k() { ret; }`;
    expect(readPtxModule(text).entries.map((entry) => entry.name)).toEqual(['k']);
  });
});

describe('opcodes', () => {
  it('keeps modifiers and counts repetitions, sorted', () => {
    const body = `{
      st.global.f32 [%rd1+4], %f1;
      ld.global.L2::128B.f32 %f1, [%rd1];
      st.global.f32 [%rd2], 0f3F800000;
      cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes [%r1], [%rd1, {%r2, %r3}], [%r4];
    }`;
    expect([...readPtxModule(kernel(body)).entries[0]!.opcodes]).toEqual([
      ['cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes', 1],
      ['ld.global.L2::128B.f32', 1],
      ['st.global.f32', 2],
    ]);
  });

  it('counts guarded instructions, nested scopes and what follows a label on its line', () => {
    expect(
      opcodesOf(
        '{ @%p1 bra $L1; @!%p2 bra.uni $L1; { .reg .pred p; elect.sync _|p, 0xffffffff; } $L1: ret; }',
      ),
    ).toEqual({ bra: 1, 'bra.uni': 1, 'elect.sync': 1, ret: 1 });
  });

  it('counts no declaration, jump table or line number', () => {
    const body = `{
      .reg .b32 %r<4>;
      .shared .align 4 .b8 s[128];
      .pragma "nounroll";
      .loc 1 2 3
      add.s32 %r1, %r2, -1;
      targets: .branchtargets $L1, $L2;
      prototype: .callprototype (.param .b32 _) _ (.param .b64 _);
      call.uni (retval0),
      helper,
      (param0);
    }`;
    expect(opcodesOf(body)).toEqual({ 'add.s32': 1, 'call.uni': 1 });
  });

  it('does not count comments', () => {
    expect(opcodesOf('{ // add.s32 a, b, c;\n /* mul.s32\n a; */ ret; }')).toEqual({ ret: 1 });
  });
});

describe('errors', () => {
  it.each([
    [
      'an unknown directive',
      `${header}.texture x;`,
      'a directive that is known for line 4 of the PTX but received .texture',
    ],
    [
      'an opaque parameter',
      `${header}\n.entry k(.param .texref t) {}`,
      'a parameter type for line 5 of the PTX but received .texref',
    ],
    [
      'an array without length',
      `${header}.entry k(.param .b8 t[]) {}`,
      'the number of elements for line 4 of the PTX but received ]',
    ],
    ['a strange character', kernel('{ ret; }\n#'), 'a token of PTX for line 6 of the PTX but received #'],
    ['a strange instruction', kernel('{\n Ret; }'), 'an instruction for line 6 of the PTX but received Ret'],
    [
      'an unknown directive in a body',
      kernel('{\n\n .vliw; }'),
      'a directive that is known for line 7 of the PTX but received .vliw',
    ],
    ['a missing semicolon', kernel('{ ret\n}'), '; for line 6 of the PTX but received }'],
    [
      'a body that never ends',
      kernel('{ ret;\n'),
      'an instruction for line 5 of the PTX but received the end of the text',
    ],
    [
      'a truncated list',
      `${header}.entry k(.param .u64 x`,
      ') for line 4 of the PTX but received the end of the text',
    ],
    ['a strange address size', '.address_size 48', '32 or 64 for line 1 of the PTX but received 48'],
  ])('names the line of %s', (_, text, expected) => {
    expect(messageOf(text)).toBe(`expected ${expected}`);
  });

  it('refuses what is no text', () => {
    expect(() => readPtxModule(undefined as unknown as string)).toThrow(
      'expected a string for the PTX but received undefined',
    );
  });

  it('counts lines across comments', () => {
    expect(messageOf(`/* one\ntwo\n*/\n${header}\n// six\n?`)).toContain('line 9');
  });
});
