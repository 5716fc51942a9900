import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { findNvcc } from './find-nvcc.js';

function executable(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
}

describe('findNvcc', () => {
  it('takes the option, then each variable in its order, then the default toolkit', () => {
    const root = temporaryDirectory();
    const option = executable(join(root, 'option-nvcc'));
    const variable = executable(join(root, 'variable-nvcc'));
    const home = executable(join(root, 'home/bin/nvcc'));
    const path = executable(join(root, 'path/bin/nvcc'));
    const onPath = executable(join(root, 'on-path/nvcc'));
    const last = executable(join(root, 'default/bin/nvcc'));
    const env: Record<string, string> = {
      DG_JIT_NVCC_COMPILER: variable,
      CUDA_HOME: join(root, 'home'),
      CUDA_PATH: join(root, 'path'),
      PATH: `${join(root, 'empty')}:${join(root, 'on-path')}`,
    };
    const found = (nvcc?: string) => findNvcc({ nvcc, env, defaultToolkit: join(root, 'default') });

    expect(found(option)).toBe(option);
    expect(found()).toBe(variable);
    delete env['DG_JIT_NVCC_COMPILER'];
    expect(found()).toBe(home);
    env['CUDA_HOME'] = '';
    expect(found()).toBe(path);
    delete env['CUDA_PATH'];
    expect(found()).toBe(onPath);
    delete env['PATH'];
    expect(found()).toBe(last);
  });

  it('says how to mend it when there is none', () => {
    const find = () => findNvcc({ env: {}, defaultToolkit: temporaryDirectory() });
    expect(find).toThrow(DgUnavailableError);
    expect(find).toThrow(expect.objectContaining({ reason: 'nvcc-not-found' }));
    for (const name of ['DG_JIT_NVCC_COMPILER', 'CUDA_HOME', 'CUDA_PATH', 'PATH']) expect(find).toThrow(name);
  });

  it.each([
    ['DG_JIT_NVCC_COMPILER', ''],
    ['CUDA_HOME', '/bin/nvcc'],
    ['CUDA_PATH', '/bin/nvcc'],
  ])('does not look further when %s names nothing', (name, suffix) => {
    const root = temporaryDirectory();
    executable(join(root, 'nvcc'));
    const wrong = join(root, 'wrong');
    const find = () => findNvcc({ env: { [name]: wrong, PATH: root } });
    expect(find).toThrow(expect.objectContaining({ reason: 'nvcc-not-executable' }));
    expect(find).toThrow(name);
    expect(find).toThrow(`${wrong}${suffix}`);
  });

  it('refuses an option that is a directory or not executable', () => {
    const root = temporaryDirectory();
    writeFileSync(join(root, 'plain'), '', { mode: 0o644 });
    expect(() => findNvcc({ nvcc: root, env: {} })).toThrow('option nvcc');
    expect(() => findNvcc({ nvcc: join(root, 'plain'), env: {} })).toThrow(join(root, 'plain'));
  });

  // Pitfall: what lies in the current directory is run.
  it('passes over folders of PATH that are relative', () => {
    const root = temporaryDirectory();
    executable(join(root, 'relative/nvcc'));
    const onPath = executable(join(root, 'absolute/nvcc'));
    const near = relative(process.cwd(), join(root, 'relative'));
    const find = (path: string) => findNvcc({ env: { PATH: path }, defaultToolkit: join(root, 'nothing') });
    expect(find(`${near}:.::${dirname(onPath)}`)).toBe(onPath);
    expect(() => find(near)).toThrow(expect.objectContaining({ reason: 'nvcc-not-found' }));
  });
});
