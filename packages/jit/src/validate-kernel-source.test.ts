import { describe, expect, it } from 'vitest';
import { validateTarget, virtualArchitecture } from './compile-target.js';
import { DgValidationError } from './errors/dg-validation-error.js';
import { kernelSource } from './testing/kernel-source.js';
import { validateKernelSource } from './validate-kernel-source.js';

describe('validateKernelSource', () => {
  it('takes a good source', () => {
    const source = kernelSource({
      includeRoots: ['/include'],
      flags: ['-DX=1', '--use_fast_math', '-lineinfo'],
    });
    expect(() => validateKernelSource(source)).not.toThrow();
  });

  it.each(['', '../up', 'a/b', '.hidden', 'a b', 'x'.repeat(101)])('refuses the name %j', (name) => {
    expect(() => validateKernelSource(kernelSource({ name }))).toThrow(DgValidationError);
  });

  it.each(['', '1k', 'a b', 'ns::k', 'k('])('refuses the entry %j', (entry) => {
    expect(() => validateKernelSource(kernelSource({ entry }))).toThrow('C identifier');
  });

  // Pitfall: the current directory shadows a header; the environment brings headers, flags or programs.
  it('refuses a relative include root', () => {
    expect(() => validateKernelSource(kernelSource({ includeRoots: ['include'] }))).toThrow('"include"');
  });

  it.each([
    '-I',
    '-I/x',
    '-isystem',
    '-include',
    '-Xcompiler',
    '-o',
    '--output-file=x',
    '-arch=sm_80',
    '-ccbin=x',
  ])('refuses the flag %s', (flag) => {
    expect(() => validateKernelSource(kernelSource({ flags: ['-DX', flag] }))).toThrow(JSON.stringify(flag));
  });
});

describe('CompileTarget', () => {
  it.each([
    ['sm_90a', 'compute_90a'],
    ['sm_100a', 'compute_100a'],
    ['sm_100f', 'compute_100f'],
    ['sm_89', 'compute_89'],
  ])('%s belongs to %s', (architecture, expected) => {
    expect(virtualArchitecture(architecture)).toBe(expected);
  });

  it.each(['compute_90a', '90a', 'sm_90a,code=sm_80', ''])('refuses the architecture %j', (architecture) => {
    expect(() => virtualArchitecture(architecture)).toThrow(DgValidationError);
  });

  it('refuses another output', () => {
    expect(() => validateTarget({ architecture: 'sm_90a', output: 'sass' as 'ptx' })).toThrow('"sass"');
  });
});
