import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DgError, findNvcc } from '@dg/jit';
import { afterAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../src/files/repository-root.js';
import {
  headerLayers,
  headerRoot,
  kernelHeaders,
  layerOf,
  layersBelow,
} from '../src/headers/kernel-headers.js';

const headers = kernelHeaders();

/** Conversions of the toolkit that NVRTC has too. */
const allowedSystemHeaders = ['cuda_fp8.h'];

function nvccOrReason(): { readonly nvcc: string } | { readonly reason: string } {
  try {
    return { nvcc: findNvcc() };
  } catch (error) {
    if (!DgError.isInstance(error) || error.code !== 'DG_UNAVAILABLE') throw error;
    return { reason: error.message };
  }
}

const compiler = nvccOrReason();
if ('reason' in compiler) console.warn(`SKIPPED: compiling each header alone. ${compiler.reason}`);

describe('kernel headers', () => {
  it('are there, in every layer', () => {
    expect(new Set(headers.map(({ layer }) => layer))).toEqual(new Set([...headerLayers, 'layout']));
  });

  it.each(headers)('$name includes only layers before its own', ({ name, layer, quotedIncludes }) => {
    const allowed = layersBelow(layer);
    expect(quotedIncludes.filter((included) => !allowed.includes(layerOf(included)))).toEqual([]);
    expect(quotedIncludes).not.toContain(name);
    const known = headers.map((header) => header.name);
    expect(quotedIncludes.filter((included) => !known.includes(included))).toEqual([]);
  });

  it.each(headers)('$name includes no library', ({ systemIncludes }) => {
    expect(systemIncludes.filter((included) => !allowedSystemHeaders.includes(included))).toEqual([]);
  });

  it.each(headers.filter(({ layer }) => layer !== 'ptx'))('$name has no inline PTX', ({ code }) => {
    expect(code).not.toMatch(/\basm\b/);
  });

  it('the order of the layers has types first and gemm last', () => {
    expect(layersBelow('types')).toEqual(['types']);
    expect(layersBelow('memory')).toEqual(['types', 'ptx', 'memory']);
    expect(layersBelow('gemm')).toEqual([...headerLayers]);
    expect(layersBelow('layout')).not.toContain('gemm');
    expect(layersBelow('a-new-folder')).toEqual([]);
  });
});

describe.skipIf('reason' in compiler)('each header compiles alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dg-headers-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.concurrent.each(headers)('$name', async ({ name }) => {
    if ('reason' in compiler) throw new Error(compiler.reason);
    const unit = join(folder, name.replaceAll('/', '-').replace('.cuh', '.cu'));
    // Twice: a header without a guard fails.
    writeFileSync(unit, `#include "${name}"\n#include "${name}"\n`);
    const flags = ['-std=c++20', '-arch=sm_90a', '-ptx', '-Werror', 'all-warnings'];
    const compiled = promisify(execFile)(compiler.nvcc, [
      ...flags,
      '-I',
      join(repositoryRoot, headerRoot),
      '-o',
      `${unit}.ptx`,
      unit,
    ]);
    await expect(compiled).resolves.toBeDefined();
  });
});
