import { describe, expect, it } from 'vitest';
import { DgCompileError } from '../errors/dg-compile-error.js';
import { CLEAN_LOG } from '../testing/fake-nvcc.js';
import { assertCleanBuild } from './assert-clean-build.js';

const check = (log: string) => () =>
  assertCleanBuild({ name: 'gemm', entry: 'k', log, command: ['nvcc', 'x'] });

// Pitfall: spills, local memory, serialised WGMMA.
describe('assertCleanBuild', () => {
  it('takes a clean build', () => {
    expect(check(CLEAN_LOG)).not.toThrow();
    expect(
      check(
        `${CLEAN_LOG}\nptxas info    : (C7519) warpgroup.arrive is injected in around line 8 in function 'k'`,
      ),
    ).not.toThrow();
  });

  it.each([
    ['0 bytes stack', '64 bytes stack'],
    ['0 bytes spill stores', '8 bytes spill stores'],
    ['0 bytes spill loads', '8 bytes spill loads'],
  ])('refuses local memory: %s → %s', (from, to) => {
    expect(check(CLEAN_LOG.replace(from, to))).toThrow(DgCompileError);
    expect(check(CLEAN_LOG.replace(from, to))).toThrow(expect.objectContaining({ command: ['nvcc', 'x'] }));
  });

  it('refuses local memory in a function that was not inlined', () => {
    const leaf =
      'ptxas info    : Function properties for leaf\n    64 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads';
    expect(check(`${CLEAN_LOG}\n${leaf}`)).toThrow('in leaf');
  });

  it.each(['C7508', 'C7510', 'C7511', 'C7514'])('refuses the loss that %s reports', (code) => {
    const line = `ptxas info    : (${code}) Potential Performance Loss: wgmma.mma_async instructions are serialized due to X in the function 'k'`;
    expect(check(`${line}\n${CLEAN_LOG}`)).toThrow(code);
  });

  it('refuses a log that says nothing of the kernel', () => {
    expect(check('')).toThrow('no report of ptxas on k');
  });
});
