import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { VersionMemory } from './version-memory.js';

const VERSION = { major: 13, minor: 0, description: 'release 13.0, V13.0.88' };

function setUp(isTrusted = true) {
  const folder = join(temporaryDirectory(), 'compilers');
  // Any program will do: it is not run.
  const program = join(temporaryDirectory(), 'nvcc');
  copyFileSync(process.execPath, program);
  return { folder, program, memory: new VersionMemory(folder, () => isTrusted) };
}

describe('VersionMemory', () => {
  it('keeps what a program said, for its identity only', () => {
    const { folder, program, memory } = setUp();
    expect(memory.recall(program, 'a')).toBeUndefined();
    memory.keep(program, 'a', VERSION);
    expect(new VersionMemory(folder, () => true).recall(program, 'a')).toEqual(VERSION);
    expect(memory.recall(program, 'b')).toBeUndefined();
  });

  // Pitfall: changed headers or compiler, same key.
  it('neither keeps nor believes anything of a script, which may run another program tomorrow', () => {
    const { folder, program, memory } = setUp();
    const script = join(temporaryDirectory(), 'nvcc');
    writeFileSync(script, '#!/bin/sh\nexec elsewhere/nvcc "$@"\n', { mode: 0o755 });
    memory.keep(script, 'a', VERSION);
    expect(memory.recall(script, 'a')).toBeUndefined();
    memory.keep(program, 'a', VERSION);
    expect(memory.recall(script, 'a')).toBeUndefined();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it.each(['', '{', 'null', '{"identity":"a"}', '{"identity":"a","version":{"major":"13"}}'])(
    'makes nothing of %j',
    (text) => {
      const { folder, program, memory } = setUp();
      memory.keep(program, 'a', VERSION);
      for (const name of readdirSync(folder)) writeFileSync(join(folder, name), text);
      expect(memory.recall(program, 'a')).toBeUndefined();
    },
  );

  it('does not believe a cache that strangers may write to', () => {
    const { folder, program } = setUp();
    new VersionMemory(folder, () => true).keep(program, 'a', VERSION);
    expect(new VersionMemory(folder, () => false).recall(program, 'a')).toBeUndefined();
  });
});
