import { describe, expect, it } from 'vitest';
import { DgUnavailableError } from './errors/dg-unavailable-error.js';
import { DgValidationError } from './errors/dg-validation-error.js';
import { readJitEnvironment } from './jit-environment.js';

describe('readJitEnvironment', () => {
  it('asks for nothing when nothing is set', () => {
    expect(readJitEnvironment({})).toEqual({
      debug: false,
      ptxasVerbose: false,
      printCompilerCommand: false,
      cacheDirectory: undefined,
      logLevel: undefined,
    });
  });

  it.each([
    ['DG_JIT_DEBUG', '1', { debug: true }],
    ['DG_JIT_PTXAS_VERBOSE', '1', { ptxasVerbose: true }],
    ['DG_JIT_PRINT_COMPILER_COMMAND', '1', { printCompilerCommand: true }],
    ['DG_JIT_CACHE_DIR', '/c', { cacheDirectory: '/c' }],
    ['DG_LOG', 'silent', { logLevel: 'silent' }],
  ])('reads %s', (name, value, expected) => {
    expect(readJitEnvironment({ [name]: value })).toEqual({ ...readJitEnvironment({}), ...expected });
  });

  it.each([
    'DG_JIT_DEBUG',
    'DG_JIT_PTXAS_VERBOSE',
    'DG_JIT_PRINT_COMPILER_COMMAND',
    'DG_JIT_USE_NVRTC',
    'DG_LOG',
  ])('refuses garbage in %s', (name) => {
    expect(() => readJitEnvironment({ [name]: 'true' })).toThrow(DgValidationError);
    expect(() => readJitEnvironment({ [name]: 'true' })).toThrow(name);
  });

  it('does not ignore DG_JIT_USE_NVRTC=1', () => {
    const read = () => readJitEnvironment({ DG_JIT_USE_NVRTC: '1' });
    expect(read).toThrow(DgUnavailableError);
    expect(read).toThrow(expect.objectContaining({ reason: 'nvrtc-not-supported-yet' }));
    expect(read).toThrow('Unset DG_JIT_USE_NVRTC');
    expect(() => readJitEnvironment({ DG_JIT_USE_NVRTC: '0' })).not.toThrow();
  });
});
