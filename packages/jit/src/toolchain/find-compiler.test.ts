import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../cache/build-record.js';
import { findNvrtcHelper } from '../nvrtc/find-nvrtc-helper.js';
import { fakeNvcc } from '../testing/fake-nvcc.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { findCompiler } from './find-compiler.js';

function reasonWithoutHelper(): string | undefined {
  try {
    findNvrtcHelper();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const skipped = reasonWithoutHelper();
if (skipped !== undefined) console.warn(`SKIPPED: the test of findCompiler with NVRTC. ${skipped}`);

describe('findCompiler', () => {
  it('says which nvcc would run', () => {
    const { path } = fakeNvcc(temporaryDirectory(), { release: '12.9' });
    expect(findCompiler({ nvcc: path, cacheDirectory: temporaryDirectory(), env: {} })).toEqual({
      kind: 'nvcc',
      path,
      version: expect.stringContaining('release 12.9'),
    });
  });

  it.skipIf(skipped !== undefined)('asks of the toolkit of NVRTC what kernels include, and no more', () => {
    const toolkit = temporaryDirectory();
    for (const folder of ['lib64', 'include']) mkdirSync(join(toolkit, folder));
    const library = join(toolkit, 'lib64/libnvrtc.so.13');
    writeFileSync(library, 'library');
    const find = () =>
      findCompiler({
        compiler: 'nvrtc',
        nvrtcLibrary: library,
        cacheDirectory: temporaryDirectory(),
        env: {},
      });
    writeFileSync(join(toolkit, 'include/cuda_fp8.h'), '// fp8');
    // A toolkit of the machine, with other headers as well, is not taken in its place.
    const headers = sha256(sha256('// fp8')).slice(0, 16);
    expect(find()).toMatchObject({
      kind: 'nvrtc',
      path: library,
      version: expect.stringContaining(`headers ${headers}`),
    });
  });
});
