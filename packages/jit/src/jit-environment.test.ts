import { describe, expect, it } from 'vitest';
import { DgValidationError } from './errors/dg-validation-error.js';
import { readJitEnvironment } from './jit-environment.js';

describe('readJitEnvironment', () => {
  it('asks for nothing when nothing is set', () => {
    expect(readJitEnvironment({})).toEqual({
      debug: false,
      ptxasVerbose: false,
      printCompilerCommand: false,
      dumpPtx: false,
      dumpSass: false,
      logLevel: undefined,
      cacheDirectory: undefined,
      cacheLimitBytes: undefined,
      dumpDirectory: undefined,
      compiler: 'nvcc',
      forbidCompile: false,
      lineInfo: false,
    });
  });

  it.each([
    ['DG_JIT_DEBUG', '1', { debug: true }],
    ['DG_JIT_PTXAS_VERBOSE', '1', { ptxasVerbose: true }],
    ['DG_JIT_PRINT_COMPILER_COMMAND', '1', { printCompilerCommand: true }],
    ['DG_JIT_DUMP_PTX', '1', { dumpPtx: true }],
    ['DG_JIT_DUMP_SASS', '1', { dumpSass: true }],
    ['DG_JIT_DUMP_DIR', '/d', { dumpDirectory: '/d' }],
    ['DG_JIT_CACHE_DIR', '/c', { cacheDirectory: '/c' }],
    ['DG_JIT_CACHE_LIMIT_MIB', '2', { cacheLimitBytes: 2_097_152 }],
    ['DG_JIT_USE_NVRTC', '1', { compiler: 'nvrtc' }],
    ['DG_JIT_FORBID_COMPILE', '1', { forbidCompile: true }],
    ['DG_JIT_WITH_LINEINFO', '1', { lineInfo: true }],
    ['DG_LOG', 'silent', { logLevel: 'silent' }],
  ])('reads %s', (name, value, expected) => {
    expect(readJitEnvironment({ [name]: value })).toEqual({ ...readJitEnvironment({}), ...expected });
  });

  it.each([
    'DG_JIT_DEBUG',
    'DG_JIT_PTXAS_VERBOSE',
    'DG_JIT_PRINT_COMPILER_COMMAND',
    'DG_JIT_DUMP_PTX',
    'DG_JIT_DUMP_SASS',
    'DG_JIT_CACHE_LIMIT_MIB',
    'DG_JIT_USE_NVRTC',
    'DG_JIT_FORBID_COMPILE',
    'DG_JIT_WITH_LINEINFO',
    'DG_LOG',
  ])('refuses garbage in %s', (name) => {
    expect(() => readJitEnvironment({ [name]: 'true' })).toThrow(DgValidationError);
    expect(() => readJitEnvironment({ [name]: 'true' })).toThrow(name);
  });
});
