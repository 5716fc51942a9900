import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { recordingLogger } from '../testing/recording-logger.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { KernelStore } from './kernel-store.js';

let beforeMaking = () => {};
vi.mock('./make-folder.js', async (importOriginal) => {
  const { makeFolder } = await importOriginal<typeof import('./make-folder.js')>();
  return {
    makeFolder: (path: string) => {
      beforeMaking();
      makeFolder(path);
    },
  };
});

// Pitfall: kernels of a stranger in a shared cache.
it('compiles elsewhere where a stranger makes the directory between the look at it and its making', () => {
  const directory = join(temporaryDirectory(), 'cache');
  const logger = recordingLogger();
  const store = new KernelStore(directory, logger);
  beforeMaking = () => {
    mkdirSync(directory, { recursive: true });
    chmodSync(directory, 0o777);
  };
  const scratch = store.openScratch({});
  beforeMaking = () => {};
  expect(scratch.isInCache).toBe(false);
  expect(logger.lines).toEqual([expect.stringContaining(`every user may write to ${directory}`)]);
  scratch.remove();
});
