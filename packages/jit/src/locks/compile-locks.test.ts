import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../testing/recording-logger.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { CompileLocks, type LockAttempt } from './compile-locks.js';
import { parseOwner } from './lock-owner.js';

const held = (attempt: LockAttempt) => ('lock' in attempt ? attempt.lock : expect.unreachable('busy'));

function setUp(load?: ConstructorParameters<typeof CompileLocks>[2]) {
  const directory = join(temporaryDirectory(), 'locks');
  const logger = recordingLogger();
  return { directory, logger, locks: new CompileLocks(directory, logger, load) };
}

describe('CompileLocks', () => {
  it('let one in at a time, and say who that is', () => {
    const { locks, directory, logger } = setUp();
    const first = held(locks.tryAcquire('a'));
    expect(new CompileLocks(directory, logger).tryAcquire('a')).toEqual({
      busyWith: { id: expect.any(String), process: process.pid, host: expect.any(String) },
    });
    held(locks.tryAcquire('b')).release(true);
    first.release(false);
    expect(readdirSync(directory)).toEqual(['a']);
    held(locks.tryAcquire('a')).release(true);
    expect(readdirSync(directory)).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  it('let everybody in where the file system has no locks, with one warning', () => {
    const { locks, logger, directory } = setUp(() => ({
      tryLock: () => {
        throw new Error('ENOLCK: no locks available');
      },
    }));
    held(locks.tryAcquire('a'));
    held(locks.tryAcquire('a')).release(true);
    expect(logger.lines).toEqual([expect.stringMatching(/^warn: cannot lock files in .*ENOLCK/)]);
    expect(logger.lines[0]).toContain(directory);
  });

  it('let everybody in where the module cannot be loaded, with one warning', () => {
    const { locks, logger } = setUp(() => {
      throw new Error('no build for this platform');
    });
    held(locks.tryAcquire('a'));
    held(locks.tryAcquire('b'));
    expect(logger.lines).toEqual([expect.stringContaining('no build for this platform')]);
  });

  it('leave it to the store to say that nothing can be written', () => {
    const { directory, logger } = setUp();
    writeFileSync(directory, 'a file in its place');
    held(new CompileLocks(directory, logger).tryAcquire('a')).release(true);
    expect(logger.lines).toEqual([]);
  });
});

it.each(['', '{"id"', 'null', '[]', '{"id": 1}'])('parseOwner makes nothing of %j', (text) => {
  expect(parseOwner(text)).toBeUndefined();
});
