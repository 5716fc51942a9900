import { describe, expect, it, vi } from 'vitest';
import { createLogger, defaultLogger } from './create-logger.js';
import type { Environment } from './environment-variables.js';

function linesUnder(env: Environment): string[] {
  const lines: string[] = [];
  const logger = defaultLogger(env, (line) => lines.push(line));
  logger.debug('d');
  logger.info('i');
  logger.warn('w');
  return lines;
}

const DEBUG = '[dg] debug: d\n';
const INFO = '[dg] info: i\n';
const WARN = '[dg] warn: w\n';

describe('defaultLogger', () => {
  it.each([
    [{}, [WARN]],
    [{ DG_LOG: 'debug' }, [DEBUG, INFO, WARN]],
    [{ DG_LOG: 'info' }, [INFO, WARN]],
    [{ DG_LOG: 'warn' }, [WARN]],
    [{ DG_LOG: 'silent' }, []],
    [{ DG_JIT_DEBUG: '1' }, [INFO, WARN]],
    [{ DG_JIT_PTXAS_VERBOSE: '1', DG_LOG: 'silent' }, [INFO, WARN]],
    [{ DG_JIT_PRINT_COMPILER_COMMAND: '1', DG_LOG: 'warn' }, [INFO, WARN]],
    [{ DG_JIT_DEBUG: '1', DG_LOG: 'debug' }, [DEBUG, INFO, WARN]],
    // Concerns compilers only; the cpu device logs without one.
    [{ DG_JIT_USE_NVRTC: '1' }, [WARN]],
  ])('under %j writes %j', (env, expected) => {
    expect(linesUnder(env)).toEqual(expected);
  });
});

describe('createLogger', () => {
  it('writes to stderr, never to stdout', () => {
    const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    createLogger({ level: 'info' }).info('hello');
    const written = {
      stdout: stdout.mock.calls.map(([text]) => text),
      stderr: stderr.mock.calls.map(([text]) => text),
    };
    vi.restoreAllMocks();
    expect(written).toEqual({ stdout: [], stderr: ['[dg] info: hello\n'] });
  });
});
