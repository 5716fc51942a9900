import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SharedRuns } from './shared-runs.js';

function setUp() {
  const runs = new SharedRuns<string>();
  const started: AbortSignal[] = [];
  const start = (result: string) => (signal: AbortSignal) => {
    started.push(signal);
    return sleep(20, result, { signal });
  };
  return { runs, started, start };
}

describe('SharedRuns', () => {
  it('does the same work once at a time', async () => {
    const { runs, started, start } = setUp();
    const both = Promise.all([runs.join('a', start('one')), runs.join('a', start('two'))]);
    expect(runs.has('a')).toBe(true);
    expect(await both).toEqual(['one', 'one']);
    expect(await runs.join('b', start('other'))).toBe('other');
    expect(await runs.join('a', start('again'))).toBe('again');
    expect(started).toHaveLength(3);
    expect(runs.has('a')).toBe(false);
  });

  it('lets one leave, and ends when all have left', async () => {
    const { runs, started, start } = setUp();
    const [first, second] = [new AbortController(), new AbortController()];
    const one = runs.join('a', start('one'), first.signal);
    const two = runs.join('a', start('two'), second.signal);
    first.abort(new Error('first left'));
    await expect(one).rejects.toThrow('first left');
    expect(started[0]?.aborted).toBe(false);
    expect(await two).toBe('one');

    const alone = runs.join('a', start('three'), second.signal);
    second.abort(new Error('second left'));
    await expect(alone).rejects.toThrow('second left');
    expect(started[1]?.aborted).toBe(true);
    // Who comes now does not share the fate of the run that was given up.
    expect(await runs.join('a', start('four'))).toBe('four');
  });

  it('does not start for who has left already', async () => {
    const { runs, started, start } = setUp();
    await expect(runs.join('a', start('one'), AbortSignal.abort(new Error('before')))).rejects.toThrow(
      'before',
    );
    expect(started).toEqual([]);
  });
});
