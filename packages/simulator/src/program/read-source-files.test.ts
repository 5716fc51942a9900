import { describe, expect, it } from 'vitest';
import { tokenize } from '../ptx/tokenize.js';
import { readPtxBody } from './read-body.js';
import { readSourceFiles } from './read-source-files.js';

const filesOf = (text: string) => Object.fromEntries(readSourceFiles(tokenize(text)));

describe('source files', () => {
  it.each([
    ['/opt/me/kernels/include/dg/ptx/wgmma.cuh', 'dg/ptx/wgmma.cuh'],
    ['/usr/include/x/bin/../targets/include/cuda_bf16.hpp', 'cuda_bf16.hpp'],
    ['/anywhere/work/source.cu', 'source.cu'],
    ['src/kernel.cu', 'src/kernel.cu'],
  ])('%s is named %s', (path, name) => {
    expect(filesOf(`.file 7 "${path}", 1339013327, 64118`)).toEqual({ 7: name });
  });

  it('are found before and behind kernels', () => {
    expect(filesOf('.file 1 "a.cu"\n.entry k() { ret; }\n.file 2 "b.cuh"')).toEqual({
      1: 'a.cu',
      2: 'b.cuh',
    });
  });

  it('need a number', () => {
    expect(() => filesOf('.version 8.0\n.file "a.cu"')).toThrow(/a file number for line 2/);
  });
});

it('an instruction comes from the innermost of the places that were inlined into each other', () => {
  const { statements } = readPtxBody(
    tokenize(`.visible .entry k() {
  mov.u32 %r0, 0;
  .loc 1 9 0
  mov.u32 %r1, 1;
  .loc 2 116 5, function_name $L__info_string0, inlined_at 1 13 3
  .loc 3 8 3, function_name $L__info_string1+4, inlined_at 2 116 5
  // begin inline asm
  mov.u32 %r2, 2;
  ret;
}
.file 1 "/tmp/source.cu"
.file 2 "/opt/include/dg/gemm/roles.cuh"
.file 3 "/opt/include/dg/ptx/barrier.cuh"
`),
    'k',
  );
  const places = statements.map((statement) =>
    statement.kind === 'instruction' ? statement.instruction.source : statement.name,
  );
  const inlined = { file: 'dg/ptx/barrier.cuh', line: 8 };
  expect(places).toEqual([undefined, { file: 'source.cu', line: 9 }, inlined, inlined]);
});
