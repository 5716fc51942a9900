import { describe, expect, it } from 'vitest';
import type { ProcessRequest } from '../process/run-process.js';
import { Semaphore } from '../semaphore.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { type Flow, inSlot, pause, processOutcome } from './flow.js';
import { runFlow, runFlowSync } from './run-flow.js';

const shell = (script: string): ProcessRequest => ({
  command: ['/bin/sh', '-c', script],
  directory: temporaryDirectory(),
  env: {},
  timeoutMs: 20_000,
});

function* threeSteps(script: string): Flow<string> {
  yield* pause(5);
  return yield* inSlot(function* () {
    return (yield* processOutcome(shell(script))).output;
  });
}

describe.each([
  ['runFlow', async <R>(flow: Flow<R>) => await runFlow(flow, { slots: new Semaphore(1) })],
  ['runFlowSync', async <R>(flow: Flow<R>) => runFlowSync(flow)],
])('%s', (_, run) => {
  it('runs to the end, whatever is waited for', async () => {
    const start = performance.now();
    expect(await run(threeSteps('echo hello'))).toBe('hello\n');
    expect(performance.now() - start).toBeGreaterThan(4);
  });

  it('throws what the flow throws, after its own cleaning up', async () => {
    const done: string[] = [];
    const failing = function* (): Flow<never> {
      try {
        yield* pause(1);
        throw new Error('broken');
      } finally {
        done.push('cleaned up');
      }
    };
    await expect(run(failing())).rejects.toThrow('broken');
    expect(done).toEqual(['cleaned up']);
  });
});

describe('a signal', () => {
  it.each([0, 10, 60])('after %d ms ends the flow, and every place is free again', async (milliseconds) => {
    const slots = new Semaphore(1);
    const controller = new AbortController();
    const flow = runFlow(threeSteps('sleep 10'), { slots, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), milliseconds);
    await expect(flow).rejects.toThrow('enough');
    (await slots.enter())();
    expect(await runFlow(threeSteps('echo again'), { slots })).toBe('again\n');
  });

  it('that aborts just when there is a place leaves it to others', async () => {
    const slots = new Semaphore(1);
    const leave = await slots.enter();
    const controller = new AbortController();
    const flow = runFlow(
      inSlot(function* () {
        yield* pause(1_000);
      }),
      { slots, signal: controller.signal },
    );
    leave();
    controller.abort(new Error('enough'));
    await expect(flow).rejects.toThrow('enough');
    (await slots.enter())();
  });
});
