import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collectModules } from './collect-modules.js';

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'dg-modules-')));
  const add = (path: string, manifest: object) => {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, 'package.json'), JSON.stringify(manifest));
  };
  add('.', {});
  add('node_modules/tool', {
    dependencies: { engine: '1', shared: '1' },
    optionalDependencies: { 'for-another-platform': '1' },
    peerDependencies: { host: '1', extra: '1' },
    peerDependenciesMeta: { extra: { optional: true } },
  });
  add('node_modules/engine', { dependencies: { shared: '2' } });
  add('node_modules/engine/node_modules/shared', { version: '2' });
  add('node_modules/shared', { version: '1', dependencies: { tool: '1' } });
  add('node_modules/host', {});
  add('node_modules/extra', {});
  add('node_modules/unrelated', {});
  add('node_modules/broken', { dependencies: { missing: '1' } });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('takes what is needed at run time, each version where it is found again', () => {
  const collected = collectModules(['tool'], root);
  expect(new Set(collected.map(({ destination }) => destination)).size).toBe(collected.length);
  const places = Object.fromEntries(
    collected.map(({ source, destination }) => [destination, source.slice(root.length + 1)]),
  );
  expect(places).toEqual({
    'node_modules/tool': 'node_modules/tool',
    'node_modules/engine': 'node_modules/engine',
    // Met first, so that it lies flat; the other version lies below the package that needs it.
    'node_modules/shared': 'node_modules/engine/node_modules/shared',
    'node_modules/tool/node_modules/shared': 'node_modules/shared',
    'node_modules/host': 'node_modules/host',
  });
});

it('names what is not installed', () => {
  expect(() => collectModules(['broken'], root)).toThrow('expected the package missing for');
});
