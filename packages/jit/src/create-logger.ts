import type { Environment } from './environment-variables.js';
import { LOG_LEVELS, type LogLevel, readOutputEnvironment } from './jit-environment.js';
import type { Logger } from './logger.js';

export interface LoggerOptions {
  /** The least important level that is written. */
  readonly level: LogLevel;
  /** Takes one line with its line end. Default: stderr. */
  readonly write?: ((line: string) => void) | undefined;
}

/** A logger that writes `[dg] level: message` lines at `level` and above. */
export function createLogger(options: LoggerOptions): Logger {
  const write = options.write ?? ((line: string) => void process.stderr.write(line));
  const threshold = LOG_LEVELS.indexOf(options.level);
  const method = (level: Exclude<LogLevel, 'silent'>) => (message: string) => {
    if (LOG_LEVELS.indexOf(level) >= threshold) write(`[dg] ${level}: ${message}\n`);
  };
  return { debug: method('debug'), info: method('info'), warn: method('warn') };
}

/**
 * The logger used where none is given: stderr, at the level of `DG_LOG`, by default `warn`.
 * Output that the user asked for by a DG_JIT_* variable comes at level `info` and is never held back by DG_LOG.
 * @throws DgValidationError when a variable has a value it cannot have.
 */
export function defaultLogger(
  env: Environment = process.env,
  write?: ((line: string) => void) | undefined,
): Logger {
  const { logLevel = 'warn', ...requested } = readOutputEnvironment(env);
  const outputIsRequested = Object.values(requested).includes(true);
  const level = outputIsRequested && logLevel !== 'debug' ? 'info' : logLevel;
  return createLogger({ level, write });
}
