import { indices, kernelText } from './kernel-text.js';
import { drawOperands, type OperandKind } from './operand-values.js';
import { exact, type Probe } from './probe.js';
import { RandomSource } from './random-source.js';

type RegisterKind = OperandKind | 'none';

/** One instruction, or a few that belong together: operands are %a, %b, %c, %e, and the result is %d. */
interface LaneInstruction {
  readonly name: string;
  readonly lines: string;
  readonly operands: readonly OperandKind[];
  readonly result: Exclude<RegisterKind, 'count' | 'none'>;
}

const threads = 160;
const rounds = 2;
const tuples = threads * rounds;

/** Every instruction that a lane executes for itself, over edge values and random ones. */
export function instructionProbes(): Probe[] {
  return [
    ...integerArithmetic(),
    ...floatArithmetic(),
    ...comparisons(),
    ...logic(),
    ...shifts(),
    ...moves(),
    ...conversions(),
    ...memory(),
  ].map(instructionProbe);
}

/** `opcode %d, %a, %b …` */
function plain(
  opcode: string,
  kinds: readonly OperandKind[],
  result: LaneInstruction['result'] = kinds[0] as LaneInstruction['result'],
): LaneInstruction {
  const operands = ['%d', ...registerNames.slice(0, kinds.length)].join(', ');
  return {
    name: opcode,
    lines: `  ${opcode} ${operands};`,
    operands: kinds,
    result,
  };
}

const twice = <T>(kind: T): T[] => [kind, kind];
const thrice = <T>(kind: T): T[] => [kind, kind, kind];

/** PTX ISA 9.7.1. Quotients and remainders by zero are not specified: recorded as they are. */
function integerArithmetic(): LaneInstruction[] {
  const kindOf = (type: string) => `int${type.slice(1)}` as 'int16' | 'int32' | 'int64';
  const every = ['s16', 'u16', 's32', 'u32', 's64', 'u64'];
  return [
    ...['add', 'sub', 'mul.lo'].flatMap((opcode) =>
      every.map((type) => plain(`${opcode}.${type}`, twice(kindOf(type)))),
    ),
    ...['s32', 'u32'].flatMap((type) => [
      plain(`mul.hi.${type}`, twice('int32')),
      plain(`mul.wide.${type}`, twice('int32'), 'int64'),
      plain(`mad.lo.${type}`, thrice('int32')),
      ...['div', 'rem', 'min', 'max'].map((opcode) => plain(`${opcode}.${type}`, twice('int32'))),
    ]),
    plain('neg.s32', ['int32']),
    plain('abs.s32', ['int32']),
  ];
}

/** PTX ISA 9.7.3 */
function floatArithmetic(): LaneInstruction[] {
  return [
    ...['add', 'sub', 'mul'].flatMap((opcode) => [
      plain(`${opcode}.f32`, twice('f32')),
      plain(`${opcode}.rn.f32`, twice('f32')),
    ]),
    ...['div.rn.f32', 'min.f32', 'max.f32'].map((opcode) => plain(opcode, twice('f32'))),
    plain('fma.rn.f32', thrice('f32')),
    ...['rcp.rn.f32', 'neg.f32', 'abs.f32'].map((opcode) => plain(opcode, ['f32'])),
  ];
}

/** PTX ISA 9.7.6: bit i of the result is the i-th comparison. */
function comparisons(): LaneInstruction[] {
  const signed = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];
  const unsigned = [...signed, 'lo', 'ls', 'hi', 'hs'];
  const floats = [...signed, 'equ', 'neu', 'ltu', 'leu', 'gtu', 'geu', 'num', 'nan'];
  const compare = (type: string, kind: OperandKind, names: readonly string[]): LaneInstruction => ({
    name: `setp of ${type}`,
    lines: `  mov.u32 %d, 0;\n${names
      .map(
        (name, bit) =>
          `  setp.${name}.${type} %p0, %a, %b;\n  selp.u32 %r0, ${2 ** bit}, 0, %p0;\n  or.b32 %d, %d, %r0;`,
      )
      .join('\n')}`,
    operands: twice(kind),
    result: 'int32',
  });
  return [
    ...(['16', '32', '64'] as const).flatMap((bits) => [
      compare(`s${bits}`, `int${bits}`, signed),
      compare(`u${bits}`, `int${bits}`, unsigned),
      compare(`b${bits}`, `int${bits}`, ['eq', 'ne']),
    ]),
    compare('f32', 'f32', floats),
  ];
}

/** PTX ISA 9.7.8, 9.7.1.19, 9.7.1.20 */
function logic(): LaneInstruction[] {
  const widths = ['16', '32', '64'] as const;
  const predicates = (opcode: string, second: string): LaneInstruction => ({
    name: `${opcode}.pred`,
    lines: `  setp.ne.u32 %p0, %a, 0;\n  setp.ne.u32 %p1, %b, 0;\n  ${opcode}.pred %p2, %p0${second};
  selp.u32 %d, 1, 0, %p2;`,
    operands: ['predicate', 'predicate'],
    result: 'int32',
  });
  return [
    ...['and', 'or', 'xor'].flatMap((opcode) => [
      ...widths.map((bits) => plain(`${opcode}.b${bits}`, twice(`int${bits}` as const))),
      predicates(opcode, ', %p1'),
    ]),
    ...widths.map((bits) => plain(`not.b${bits}`, [`int${bits}`])),
    predicates('not', ''),
    plain('bfi.b32', ['int32', 'int32', 'count', 'count']),
    plain('bfe.u32', ['int32', 'count', 'count']),
    plain('bfe.s32', ['int32', 'count', 'count']),
  ];
}

/** PTX ISA 9.7.8.8, 9.7.8.9: counts beyond the width included. */
function shifts(): LaneInstruction[] {
  const widths = ['16', '32', '64'] as const;
  return widths.flatMap((bits) => [
    plain(`shl.b${bits}`, [`int${bits}`, 'count']),
    plain(`shr.u${bits}`, [`int${bits}`, 'count']),
    plain(`shr.b${bits}`, [`int${bits}`, 'count']),
    plain(`shr.s${bits}`, [`int${bits}`, 'count']),
  ]);
}

/** PTX ISA 9.7.6.4, 9.7.9.3 */
function moves(): LaneInstruction[] {
  const choose = (type: string, kind: Exclude<OperandKind, 'count'>): LaneInstruction => ({
    name: `selp.${type}`,
    lines: `  setp.ne.u32 %p0, %c, 0;\n  selp.${type} %d, %a, %b, %p0;`,
    operands: [kind, kind, 'predicate'],
    result: kind,
  });
  return [
    choose('b16', 'int16'),
    choose('b32', 'int32'),
    choose('s32', 'int32'),
    choose('b64', 'int64'),
    choose('f32', 'f32'),
    plain('mov.b16', ['int16']),
    plain('mov.u32', ['int32']),
    plain('mov.b64', ['int64']),
    plain('mov.f32', ['f32']),
    {
      name: 'mov.b32 of a pair',
      lines: '  mov.b32 %d, {%a, %b};',
      operands: twice('int16'),
      result: 'int32',
    },
    {
      name: 'mov.b32 to a pair',
      lines: '  mov.b32 {%h0, %h1}, %a;\n  mov.b32 %d, {%h1, %h0};',
      operands: ['int32'],
      result: 'int32',
    },
    {
      name: 'mov.b64 of a pair',
      lines: '  mov.b64 %d, {%a, %b};',
      operands: twice('int32'),
      result: 'int64',
    },
    {
      name: 'mov.b64 to a pair',
      lines: '  mov.b64 {%r0, %r1}, %a;\n  mov.b64 %d, {%r1, %r0};',
      operands: ['int64'],
      result: 'int64',
    },
  ];
}

/** PTX ISA 9.7.9.21 */
function conversions(): LaneInstruction[] {
  const toNarrow = (opcode: string, count: number, result: 'int16' | 'int32') =>
    plain(
      opcode,
      indices(count).map(() => 'f32' as const),
      result,
    );
  return [
    plain('cvt.u64.u32', ['int32'], 'int64'),
    plain('cvt.u64.u16', ['int16'], 'int64'),
    plain('cvt.s64.s32', ['int32'], 'int64'),
    plain('cvt.u32.u64', ['int64'], 'int32'),
    plain('cvt.s32.s64', ['int64'], 'int32'),
    plain('cvt.u32.u16', ['int16'], 'int32'),
    plain('cvt.u16.u32', ['int32'], 'int16'),
    plain('cvt.s32.u16', ['int16'], 'int32'),
    plain('cvt.s32.s16', ['int16'], 'int32'),
    plain('cvt.u16.u64', ['int64'], 'int16'),
    plain('cvt.u32.u8', ['int32'], 'int32'),
    plain('cvt.u16.u8', ['int16'], 'int16'),
    plain('cvt.rn.f32.u32', ['int32'], 'f32'),
    plain('cvt.rn.f32.s32', ['int32'], 'f32'),
    plain('cvt.rzi.u32.f32', ['f32'], 'int32'),
    plain('cvt.f32.bf16', ['int16'], 'f32'),
    toNarrow('cvt.rn.bf16.f32', 1, 'int16'),
    toNarrow('cvt.rn.bf16x2.f32', 2, 'int32'),
    toNarrow('cvt.rn.satfinite.e4m3x2.f32', 2, 'int16'),
  ];
}

/** Loads and stores that widen, narrow and extend (PTX ISA 9.7.9.8, 9.7.9.11), through shared memory; %r9 is a slot there. */
function memory(): LaneInstruction[] {
  const through = (
    store: string,
    load: string,
    kind: 'int16' | 'int32' | 'int64',
    result: LaneInstruction['result'] = kind,
  ): LaneInstruction => ({
    name: `st.shared.${store}, ld.shared.${load}`,
    lines: `  st.shared.${store} [%r9], %a;\n  ld.shared.${load} %d, [%r9];`,
    operands: [kind],
    result,
  });
  return [
    through('u8', 'u8', 'int16'),
    through('u8', 's8', 'int32'),
    through('u16', 'u16', 'int16'),
    through('b16', 's16', 'int16', 'int32'),
    through('b64', 'b64', 'int64'),
    {
      name: 'ld.shared.s16 to 16 bits, setp.lt.u16',
      lines:
        '  st.shared.u16 [%r9], %a;\n  ld.shared.s16 %h0, [%r9];\n  setp.lt.u16 %p0, %h0, %b;\n  selp.u32 %d, 1, 0, %p0;',
      operands: twice('int16'),
      result: 'int32',
    },
    {
      name: 'ld.shared.v2 and v4',
      lines: `  st.shared.v2.u32 [%r9], {%a, %b};\n  st.shared.v2.u32 [%r9+8], {%b, %c};
  ld.shared.v4.u32 {%r0, %r1, %r2, %r3}, [%r9];
  mov.u32 %d, 0;
  mad.lo.u32 %d, %r0, 3, %d;\n  mad.lo.u32 %d, %r1, 5, %d;\n  mad.lo.u32 %d, %r2, 7, %d;\n  mad.lo.u32 %d, %r3, 11, %d;`,
      operands: thrice('int32'),
      result: 'int32',
    },
    {
      name: 'atom.shared.max.u32',
      lines:
        '  st.shared.u32 [%r9], %a;\n  atom.shared.max.u32 %r0, [%r9], %b;\n  ld.shared.u32 %r1, [%r9];\n  mov.b64 %d, {%r0, %r1};',
      operands: twice('int32'),
      result: 'int64',
    },
  ];
}

const registerNames = ['%a', '%b', '%c', '%e'];
const registerType: Readonly<Record<OperandKind, string>> = {
  int16: 'b16',
  int32: 'b32',
  int64: 'b64',
  f32: 'f32',
  count: 'b32',
  predicate: 'b32',
};
const bytesOf = (kind: OperandKind) => (kind === 'int64' ? 8 : kind === 'int16' ? 2 : 4);
const slotBytes = 8;
const sharedSlotBytes = 16;

function instructionProbe(instruction: LaneInstruction): Probe {
  const { operands, result } = instruction;
  const name = `lane: ${instruction.name}`;
  const random = new RandomSource(name);
  const declare = (kind: OperandKind, register: string) => `.reg .${registerType[kind]} ${register};`;
  return {
    name,
    ptx: kernelText(
      {
        threads,
        inputs: operands.length,
        registers: [
          declare(result, '%d'),
          ...operands.map((kind, i) => declare(kind, registerNames[i]!)),
        ].join(' '),
      },
      instructionBody(instruction),
    ),
    grid: [1, 1, 1],
    block: [threads, 1, 1],
    dynamicSharedMemoryBytes: 1024 + threads * sharedSlotBytes,
    inputs: drawOperands(random, operands, tuples).map((words) => new Uint8Array(words.buffer)),
    tensorMaps: [],
    output: new Uint8Array(tuples * bytesOf(result)).fill(0xa5),
    outputType: 'bytes',
    comparison: exact,
  };
}

function instructionBody({ lines, operands, result }: LaneInstruction): string {
  return `  mad.lo.u32 %r9, %thread, ${sharedSlotBytes}, %smem;
${indices(rounds)
  .map(
    (round) => `  add.u32 %r8, %thread, ${round * threads};
${operands
  .map(
    (kind, i) => `  mul.wide.u32 %rd0, %r8, ${slotBytes};
  add.s64 %rd0, %rd0, %in${i};
  ld.global.${registerType[kind]} ${registerNames[i]}, [%rd0];`,
  )
  .join('\n')}
${lines}
  mul.wide.u32 %rd1, %r8, ${bytesOf(result)};
  add.s64 %rd1, %rd1, %out;
  st.global.${registerType[result]} [%rd1], %d;`,
  )
  .join('\n')}`;
}
