import { createSimulator } from '../../index.js';

/** Where the result lies: `x` 64 bits, `w` 32, `h` 16, `f` a float32, `p` a predicate (1 or 0). */
export type ResultRegister = 'x' | 'w' | 'h' | 'f' | 'p';

const warpThreads = 32;
const caseBytes = 24;
const resultBytes = 8;

/**
 * Executes instructions once for each case, in a lane of its own. The operands of a case are in `%xa`, `%xb`, `%xc` (64
 * bits), their low words in `%wa` … and, as floats, `%fa` …, their low halves in `%ha` …. The result is taken from `%xd`,
 * `%wd`, `%hd`, `%fd` or `%pd`.
 */
export function runInstruction(
  instructions: string,
  result: ResultRegister,
  cases: readonly (readonly bigint[])[],
): bigint[] {
  const blocks = Math.ceil(cases.length / warpThreads);
  const input = new BigInt64Array(blocks * warpThreads * 3);
  for (const [i, operands] of cases.entries()) {
    for (const [j, operand] of operands.entries()) input[i * 3 + j] = BigInt.asIntN(64, operand);
  }
  const device = createSimulator({ seed: 1 });
  try {
    const from = device.zeros([input.length * 2], 'int32');
    from.write(new Int32Array(input.buffer));
    const to = device.zeros([blocks * warpThreads * 2], 'int32');
    device.kernelFromPtx(kernelOf(instructions, result), 'probe').launch({
      grid: [blocks, 1, 1],
      block: [warpThreads, 1, 1],
      arguments: [from, to].map(({ buffer }) => ({ type: 'address', buffer, byteOffset: 0 })),
    });
    const results = new BigUint64Array(new Int32Array(to.readSync()).buffer);
    return cases.map((_, i) => results[i]!);
  } finally {
    device.destroy();
  }
}

const stores: Readonly<Record<ResultRegister, string>> = {
  x: 'st.global.u64 [%xout], %xd;',
  w: 'st.global.u32 [%xout], %wd;',
  h: 'st.global.u16 [%xout], %hd;',
  f: 'st.global.f32 [%xout], %fd;',
  p: 'selp.b32 %wd, 1, 0, %pd;\n  st.global.u32 [%xout], %wd;',
};

function kernelOf(instructions: string, result: ResultRegister): string {
  const loads = ['a', 'b', 'c'].map(
    (name, i) => `
  ld.global.u64 %x${name}, [%xin+${i * 8}];
  ld.global.u32 %w${name}, [%xin+${i * 8}];
  ld.global.f32 %f${name}, [%xin+${i * 8}];
  ld.global.u16 %h${name}, [%xin+${i * 8}];`,
  );
  const registers = (prefix: string) =>
    ['a', 'b', 'c', 'd', 'e'].map((name) => `%${prefix}${name}`).join(', ');
  return `
.version 8.8
.target sm_90a
.address_size 64
.visible .entry probe(.param .u64 in, .param .u64 out)
{
  .reg .pred ${registers('p')};
  .reg .b16 ${registers('h')};
  .reg .b32 ${registers('w')}, %wlane, %wblock;
  .reg .f32 ${registers('f')};
  .reg .b64 ${registers('x')}, %xin, %xout, %xoffset;
  ld.param.u64 %xin, [in];
  ld.param.u64 %xout, [out];
  mov.u32 %wlane, %tid.x;
  mov.u32 %wblock, %ctaid.x;
  shl.b32 %wblock, %wblock, 5;
  add.s32 %wlane, %wlane, %wblock;
  mul.wide.u32 %xoffset, %wlane, ${caseBytes};
  add.s64 %xin, %xin, %xoffset;
  mul.wide.u32 %xoffset, %wlane, ${resultBytes};
  add.s64 %xout, %xout, %xoffset;${loads.join('')}
  ${instructions.trim().replaceAll('\n', '\n  ')}
  ${stores[result]}
  ret;
}`;
}

/** Every combination of values: pairs, or triples. */
export function combinations(values: readonly bigint[], count: 1 | 2 | 3): bigint[][] {
  if (count === 1) return values.map((value) => [value]);
  const rest = combinations(values, (count - 1) as 1 | 2);
  return values.flatMap((value) => rest.map((others) => [value, ...others]));
}
