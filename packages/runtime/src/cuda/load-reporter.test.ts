import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DgValidationError, type Environment, KERNEL_CHANNEL } from '@dg/jit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LoadReporter } from './load-reporter.js';
import type { ModuleLoad } from './module-load-event.js';

const load: ModuleLoad = {
  name: 'any-kernel',
  entry: 'any',
  architecture: 'sm_90a',
  output: 'cubin',
  key: 'abc',
  device: 'cuda:1',
  cached: true,
  cause: 'prepared',
};
const milliseconds = expect.any(Number);
const refused = new Error('it was refused');
const refuse = () => {
  throw refused;
};

function setUp(env: Environment = {}) {
  const lines: string[] = [];
  const method = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  const logger = { debug: method('debug'), info: method('info'), warn: method('warn') };
  const published: unknown[] = [];
  const listener = (event: unknown) => void published.push(event);
  subscribe(KERNEL_CHANNEL, listener);
  onTestFinished(() => void unsubscribe(KERNEL_CHANNEL, listener));
  return { reporter: new LoadReporter({ logger, env }), logger, lines, published };
}

describe('a load reporter', () => {
  it('returns what was loaded, and publishes one event', () => {
    const { reporter, published } = setUp();
    expect(reporter.run(load, () => 7)).toBe(7);
    expect(published).toStrictEqual([{ type: 'module-load', ...load, milliseconds }]);
  });

  it('throws what the load threw, and publishes that as a failure', () => {
    const { reporter, published } = setUp();
    expect(() => reporter.run(load, refuse)).toThrow(refused);
    expect(published).toStrictEqual([{ type: 'module-load-failed', ...load, milliseconds, error: refused }]);
  });

  it('does not take an error of the logger for one of the load', () => {
    const { reporter, published, logger } = setUp();
    logger.debug = refuse;
    expect(() => reporter.run(load, () => 7)).toThrow(refused);
    expect(published).toMatchObject([{ type: 'module-load' }]);
  });

  it.each([
    [{ DG_JIT_DEBUG: '1' }, 'info'],
    [{ DG_JIT_DEBUG: '0' }, 'debug'],
    [{}, 'debug'],
  ])('logs a line for each load: with %j at level %s', (env, level) => {
    const { reporter, lines } = setUp(env);
    reporter.run(load, () => 7);
    reporter.run({ ...load, cached: false, cause: 'first-use' }, () => 7);
    reporter.run({ ...load, key: undefined, cached: undefined }, () => 7);
    expect(() => reporter.run(load, refuse)).toThrow();
    const title = `${level}: any-kernel (sm_90a, cubin)`;
    expect(lines.map((line) => line.replace(/\d+\.\d ms/, 'N ms'))).toEqual([
      `${title}: loaded on cuda:1 (prepared), key abc, image from the cache, N ms`,
      `${title}: loaded on cuda:1 (first-use), key abc, image just compiled, N ms`,
      `${title}: loaded on cuda:1 (prepared), N ms`,
      `${title}: not loaded on cuda:1 (prepared), key abc, image from the cache, N ms: it was refused`,
    ]);
  });

  it.each([{ DG_JIT_DEBUG: 'true' }, { DG_LOG: 'loud' }])('refuses %j', (env) => {
    expect(() => new LoadReporter({ env })).toThrow(DgValidationError);
    expect(() => new LoadReporter({ env })).toThrow(Object.keys(env)[0]);
  });
});
