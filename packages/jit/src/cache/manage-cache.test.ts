import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCompiler } from '../create-compiler.js';
import { fakeNvcc } from '../testing/fake-nvcc.js';
import { CUBIN, kernelSource } from '../testing/kernel-source.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import {
  clearCachedKernels,
  listCachedKernels,
  listOtherFormats,
  verifyCachedKernels,
} from './manage-cache.js';

const HOUR_MS = 3_600_000;

/** A cache with the kernels k1, k2 and k3, made 1, 2 and 3 hours ago. */
function setUp() {
  const directory = temporaryDirectory();
  const compiler = createCompiler({
    nvcc: fakeNvcc(temporaryDirectory()).path,
    cacheDirectory: directory,
    env: {},
  });
  const folders = [1, 2, 3].map((hours) => {
    const { path = '' } = compiler.compileSync(
      kernelSource({ name: `k${hours}`, code: `// ${hours}` }),
      CUBIN,
    );
    const date = new Date(Date.now() - hours * HOUR_MS);
    utimesSync(join(dirname(path), 'build.json'), date, date);
    return dirname(path);
  });
  return { directory, folders };
}

const names = (kernels: readonly { folder: string }[]) =>
  kernels.map(({ folder }) => folder.slice(0, 2)).sort();

describe('the cache', () => {
  it('is listed with what is known of each kernel', () => {
    const { directory } = setUp();
    const kernels = listCachedKernels(directory);
    expect(names(kernels)).toEqual(['k1', 'k2', 'k3']);
    for (const { bytes, lastUse, record } of kernels) {
      expect(bytes).toBeGreaterThan(500);
      expect(lastUse.getTime()).toBeLessThan(Date.now());
      expect(record).toMatchObject({ architecture: 'sm_90a', compiler: 'nvcc' });
    }
    expect(listCachedKernels(join(directory, 'nothing'))).toEqual([]);
  });

  it('is verified: each kernel is read', () => {
    const { directory, folders } = setUp();
    expect(verifyCachedKernels(directory)).toEqual([]);
    writeFileSync(join(folders[0]!, 'kernel.cubin'), 'half');
    rmSync(join(folders[1]!, 'build.json'));
    const broken = verifyCachedKernels(directory);
    expect(names(broken.map(({ kernel }) => kernel))).toEqual(['k1', 'k2']);
    expect(broken.map(({ fault }) => fault).join()).toContain('SHA-256');
    expect(names(clearCachedKernels(directory, { broken: true }))).toEqual(['k1', 'k2']);
    expect(names(listCachedKernels(directory))).toEqual(['k3']);
  });

  it('is cleared: all of it, what is older than a time, what is too much', () => {
    expect(names(clearCachedKernels(setUp().directory))).toEqual(['k1', 'k2', 'k3']);
    const { directory } = setUp();
    expect(names(clearCachedKernels(directory, { olderThanMs: 1.5 * HOUR_MS }))).toEqual(['k2', 'k3']);
    expect(names(listCachedKernels(directory))).toEqual(['k1']);
    const limited = setUp();
    const { bytes } = listCachedKernels(limited.directory)[0]!;
    expect(names(clearCachedKernels(limited.directory, { toBytes: bytes * 1.5 }))).toEqual(['k2', 'k3']);
    expect(readdirSync(join(limited.directory, 'dg-2/tmp'))).toEqual([]);
  });

  it('is cleared of other forms only when that is asked for, and of what is not ours never', () => {
    const { directory } = setUp();
    for (const name of ['dg-1', 'dg-notes', 'cache']) {
      mkdirSync(join(directory, name));
      writeFileSync(join(directory, name, 'file'), '12345');
    }
    expect(listOtherFormats(directory)).toEqual([{ name: 'dg-1', bytes: 5 }]);
    clearCachedKernels(directory);
    expect(existsSync(join(directory, 'dg-1'))).toBe(true);
    clearCachedKernels(directory, { otherFormats: true });
    expect(readdirSync(directory).sort()).toEqual(['cache', 'dg-2', 'dg-notes']);
  });

  it('is cleared of companions that are named only where all of it goes', () => {
    const { directory } = setUp();
    for (const name of ['notes-1', 'notes-2', 'other-1']) {
      mkdirSync(join(directory, name));
      writeFileSync(join(directory, name, 'file'), '12345');
    }
    const companions = ['notes'];
    clearCachedKernels(directory);
    clearCachedKernels(directory, { companions, otherFormats: true, olderThanMs: HOUR_MS });
    clearCachedKernels(directory, { companions, toBytes: 1 });
    clearCachedKernels(directory, { companions, broken: true });
    expect(readdirSync(directory).sort()).toEqual(['dg-2', 'notes-1', 'notes-2', 'other-1']);
    clearCachedKernels(directory, { companions });
    expect(readdirSync(directory).sort()).toEqual(['dg-2', 'other-1']);
  });

  it('is left as it is for a companion that cannot be one', () => {
    const { directory } = setUp();
    expect(() => clearCachedKernels(directory, { companions: ['dg'] })).toThrow('companion folder');
    expect(listCachedKernels(directory)).toHaveLength(3);
  });
});
