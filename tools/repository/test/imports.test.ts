import { describe, expect, it } from 'vitest';
import { repositoryFileExists } from '../src/files/repository-files.js';
import { findCycle } from '../src/imports/find-cycle.js';
import { packageSources, resolveImport, type SourceFile } from '../src/imports/package-sources.js';
import { packageOf, readImports } from '../src/imports/read-imports.js';
import { arrows } from '../src/packages/arrows.js';
import { publicPackages, readManifest, workspacePackages } from '../src/packages/workspace.js';

const isRelative = (specifier: string) => specifier.startsWith('.');

/** `path → package` for each import of a package. */
const packageImports = (files: readonly SourceFile[]) =>
  files.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier }) => {
      const name = packageOf(specifier);
      return name === undefined ? [] : [{ path, name }];
    }),
  );

it('every public package has its arrows', () => {
  expect(
    publicPackages()
      .map(({ manifest }) => manifest.name)
      .sort(),
  ).toEqual(Object.keys(arrows).sort());
});

describe.each(publicPackages())('$manifest.name', ({ folder, manifest }) => {
  const files = packageSources(folder);
  const published = files.filter(({ isTest }) => !isTest);
  const dependencies = Object.keys(manifest.dependencies ?? {});

  it('has sources', () => {
    expect(published.map(({ path }) => path)).toContain(`${folder}/src/index.ts`);
  });

  it('imports packages of this repository only along its arrows', () => {
    const astray = packageImports(published).filter(
      ({ name }) => name.startsWith('@dg/') && !arrows[manifest.name]!.includes(name),
    );
    expect(astray).toEqual([]);
    expect(
      dependencies.filter((name) => name.startsWith('@dg/') && !arrows[manifest.name]!.includes(name)),
    ).toEqual([]);
  });

  it('depends on exactly what its sources import', () => {
    const imported = new Set(packageImports(published).map(({ name }) => name));
    expect([...imported].sort()).toEqual([...dependencies].sort());
  });
});

describe.each(workspacePackages())('$folder', ({ folder, manifest }) => {
  const files = packageSources(folder);

  it('declares what its tests and tools import', () => {
    const declared = [manifest, readManifest('')].flatMap((each) => [
      ...Object.keys(each.dependencies ?? {}),
      ...Object.keys(each.devDependencies ?? {}),
    ]);
    expect(packageImports(files).filter(({ name }) => !declared.includes(name))).toEqual([]);
  });

  it('imports files of its own, which exist, by their compiled name', () => {
    const wrong = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => isRelative(specifier))
        .filter(({ specifier }) => {
          const target = resolveImport(path, specifier);
          const leaves = !target.startsWith(`${folder}/`);
          // A tool may use anything, also what a package does not export.
          return (
            (leaves && manifest.private !== true) ||
            !/\.(js|json)$/.test(specifier) ||
            !repositoryFileExists(target)
          );
        })
        .map(({ specifier }) => `${path}: ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('published files import no test files', () => {
    const isTest = new Set(files.filter((file) => file.isTest).map(({ path }) => path));
    const wrong = files
      .filter((file) => !file.isTest)
      .flatMap(({ path, imports }) =>
        imports.filter(({ specifier }) => isTest.has(resolveImport(path, specifier))).map(() => path),
      );
    if (manifest.private !== true) expect(wrong).toEqual([]);
  });

  it('has no cycle of imports that exist at run time', () => {
    const graph = new Map(
      files.map(({ path, imports }) => [
        path,
        imports
          .filter(({ specifier, typeOnly }) => isRelative(specifier) && !typeOnly)
          .map(({ specifier }) => resolveImport(path, specifier)),
      ]),
    );
    expect(findCycle(graph)).toBeUndefined();
  });
});

describe('the checks themselves', () => {
  it('see every kind of import', () => {
    const text = `import a from 'a'; import type { B } from 'b'; export * from './c.js';
      export type { D } from '@dg/d/x'; const e = await import('e'); type F = import('f').F; import 'g';
      import { type H } from 'h';`;
    expect(readImports('x.ts', text).map(({ specifier, typeOnly }) => [specifier, typeOnly])).toEqual([
      ['a', false],
      ['b', true],
      ['./c.js', false],
      ['@dg/d/x', true],
      ['e', false],
      ['f', true],
      ['g', false],
      ['h', false],
    ]);
    expect(['@dg/d/x', 'yaml/y', './c.js', 'node:fs'].map(packageOf)).toEqual([
      '@dg/d',
      'yaml',
      undefined,
      undefined,
    ]);
  });

  it('find a cycle and no false one', () => {
    const diamond = { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] };
    expect(findCycle(new Map(Object.entries(diamond)))).toBeUndefined();
    expect(findCycle(new Map(Object.entries({ ...diamond, d: ['c'] })))).toEqual(['d', 'c', 'd']);
  });

  it('resolve as the compiler does', () => {
    expect(resolveImport('packages/a/src/b/c.ts', '../d.js')).toBe('packages/a/src/d.ts');
  });
});
