import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { type ProcessRequest, runProcess, runProcessSync } from './run-process.js';

const shell = (script: string, timeoutMs = 20_000): ProcessRequest => ({
  command: ['/bin/sh', '-c', script],
  directory: temporaryDirectory(),
  env: { PATH: '/usr/bin:/bin', GREETING: 'hello' },
  timeoutMs,
});

describe.each([
  ['runProcess', runProcess],
  ['runProcessSync', async (request: ProcessRequest) => runProcessSync(request)],
])('%s', (_, run) => {
  it('gives exit status and output, in the directory and environment it was told', async () => {
    const request = shell('pwd; echo "$GREETING $HOME" >&2; exit 3');
    const outcome = await run(request);
    expect(outcome).toMatchObject({ exitCode: 3, signal: null, timedOut: false, error: undefined });
    expect(outcome.output).toContain(`${request.directory}\n`);
    expect(outcome.output).toContain('hello \n');
  });

  it('tells in the outcome, and not by throwing, that the system refuses the arguments', async () => {
    const outcome = await run(shell(`: ${'x'.repeat(4 * 2 ** 20)}`));
    expect(outcome).toMatchObject({ exitCode: null, timedOut: false });
    expect(outcome.error?.message).toMatch(/E2BIG/);
  });

  it('names the signal', async () => {
    expect(await run(shell('kill -SEGV $$'))).toMatchObject({
      exitCode: null,
      signal: 'SIGSEGV',
      timedOut: false,
    });
  });

  it('kills the whole process group after the limit', async () => {
    const request = shell('(sleep 1; touch survived) & sleep 20', 200);
    const start = performance.now();
    expect(await run(request)).toMatchObject({ timedOut: true });
    expect(performance.now() - start).toBeLessThan(5_000);
    await sleep(1_500);
    expect(existsSync(join(request.directory, 'survived'))).toBe(false);
  });

  it('reports a program that cannot be run', async () => {
    const outcome = await run({ ...shell(''), command: ['/nonexistent/nvcc'] });
    expect(outcome).toMatchObject({ exitCode: null, timedOut: false });
    expect(outcome.error?.message).toContain('ENOENT');
  });
});
