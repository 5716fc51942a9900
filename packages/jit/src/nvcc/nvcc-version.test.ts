import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeNvcc } from '../testing/fake-nvcc.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { NvccVersionReader, parseNvccVersion } from './nvcc-version.js';

const NVCC_13_0 = `nvcc: NVIDIA (R) Cuda compiler driver
Copyright (c) 2005-2025 NVIDIA Corporation
Built on Wed_Aug_20_01:58:59_PM_PDT_2025
Cuda compilation tools, release 13.0, V13.0.88
Build cuda_13.0.r13.0/compiler.36424714_0
`;

function script(text: string): string {
  const path = join(temporaryDirectory(), 'nvcc');
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

const read = (path: string) => new NvccVersionReader().read(path);

describe('parseNvccVersion', () => {
  it('reads release and build', () => {
    expect(parseNvccVersion(NVCC_13_0)).toEqual({
      major: 13,
      minor: 0,
      description: 'release 13.0, V13.0.88 Build cuda_13.0.r13.0/compiler.36424714_0',
    });
  });

  it('reads nothing from another program', () => {
    expect(parseNvccVersion('gcc (Debian) 12.2.0')).toBeUndefined();
  });
});

describe('NvccVersionReader', () => {
  it.each(['12.2', '11.8', '9.0'])('refuses CUDA %s as too old', (release) => {
    const { path } = fakeNvcc(temporaryDirectory(), { release });
    expect(() => read(path)).toThrow(expect.objectContaining({ reason: 'nvcc-too-old' }));
    expect(() => read(path)).toThrow(release);
  });

  it.each(['12.3', '12.10', '13.0'])('takes CUDA %s', (release) => {
    expect(read(fakeNvcc(temporaryDirectory(), { release }).path).description).toContain(
      `release ${release},`,
    );
  });

  it('refuses what fails or prints no version', () => {
    expect(() => read(script('echo broken >&2; exit 3'))).toThrow(
      expect.objectContaining({ reason: 'nvcc-broken' }),
    );
    expect(() => read(script('echo hello'))).toThrow('hello');
  });

  // Pitfall: changed headers or compiler, same key.
  it('runs a compiler once, and again when its file changes', () => {
    const log = join(temporaryDirectory(), 'log');
    const path = script(`echo run >> ${log}; echo 'release 13.0, V13.0.88'`);
    const reader = new NvccVersionReader();
    expect(reader.read(path)).toBe(reader.read(path));
    writeFileSync(path, `#!/bin/sh\necho 'release 13.1, V13.1.1'\n`);
    expect(reader.read(path)).toMatchObject({ major: 13, minor: 1 });
  });
});
