import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { kernelSource } from '../testing/kernel-source.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { HeaderClosures } from './header-closures.js';

// Pitfall: changed headers or compiler, same key.
it('gives the same answer until a file changes, goes, or comes where one was looked for', () => {
  const root = temporaryDirectory();
  mkdirSync(join(root, 'sub'));
  writeFileSync(join(root, 'a.h'), '#include "sub/b.h"');
  writeFileSync(join(root, 'sub/b.h'), '#include "c.h"');
  writeFileSync(join(root, 'c.h'), 'one');
  const closures = new HeaderClosures();
  const of = (code = '#include "a.h"\n// 1') => closures.of(kernelSource({ code, includeRoots: [root] }));

  const first = of();
  expect(first.own.map(({ path }) => path)).toEqual(['a.h', 'c.h', 'sub/b.h']);
  expect(of('#include "a.h"\n// another kernel')).toBe(first);

  writeFileSync(join(root, 'c.h'), 'another');
  const changed = of();
  expect(changed.own).not.toEqual(first.own);
  // Beside the includer comes first.
  writeFileSync(join(root, 'sub/c.h'), 'nearer');
  const nearer = of();
  expect(nearer.own.map(({ path }) => path)).toEqual(['a.h', 'sub/b.h', 'sub/c.h']);
  expect(of()).toBe(nearer);

  rmSync(join(root, 'sub/c.h'));
  expect(of().own).toEqual(changed.own);
  rmSync(join(root, 'c.h'));
  expect(() => of()).toThrow('"c.h"');
});
