import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { packageRoot } from './package-root.js';

it('is found from sources and from the bundle', () => {
  const root = packageRoot();
  expect(existsSync(join(root, 'CMakeLists.txt'))).toBe(true);
  expect(packageRoot(pathToFileURL(join(root, 'dist', 'index.js')).href)).toBe(root);
  expect(packageRoot(pathToFileURL(join(root, 'src', 'a', 'b', 'c.js')).href)).toBe(root);
});

it('is not guessed', () => {
  const outside = pathToFileURL(join(tmpdir(), 'index.js')).href;
  expect(() => packageRoot(outside)).toThrow(/^expected a package\.json of @dg\/runtime above/);
});
