import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../cache/build-record.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { findNvrtcLibrary } from './find-nvrtc-library.js';
import { findToolkitHeaders } from './find-toolkit-headers.js';

function file(path: string, text = ''): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe('findNvrtcLibrary', () => {
  it('takes the option, the variable, the named toolkits, the path of the loader, the usual places', () => {
    const root = temporaryDirectory();
    const option = file(join(root, 'option.so'));
    const variable = file(join(root, 'variable.so'));
    const home = file(join(root, 'home/targets/x86_64-linux/lib/libnvrtc.so.13.0.88'));
    const path = file(join(root, 'path/lib64/libnvrtc.so.12'));
    const loader = file(join(root, 'loader/libnvrtc.so.13'));
    const toolkit = file(join(root, 'toolkit/lib/libnvrtc.so'));
    const system = file(join(root, 'system/libnvrtc.so.12'));
    const env: Record<string, string> = {
      DG_JIT_NVRTC_LIBRARY: variable,
      CUDA_HOME: join(root, 'home'),
      CUDA_PATH: join(root, 'path'),
      LD_LIBRARY_PATH: `relative:${join(root, 'empty')}:${join(root, 'loader')}`,
    };
    const places: { defaultToolkit: string; systemFolders: string[] } = {
      defaultToolkit: join(root, 'toolkit'),
      systemFolders: [join(root, 'system')],
    };
    const found = (nvrtcLibrary?: string) => findNvrtcLibrary({ nvrtcLibrary, env, ...places });
    expect(found(option)).toBe(option);
    expect(found()).toBe(variable);
    delete env['DG_JIT_NVRTC_LIBRARY'];
    expect(found()).toBe(home);
    delete env['CUDA_HOME'];
    expect(found()).toBe(path);
    env['CUDA_PATH'] = '';
    expect(found()).toBe(loader);
    delete env['LD_LIBRARY_PATH'];
    expect(found()).toBe(toolkit);
    places.defaultToolkit = join(root, 'empty');
    expect(found()).toBe(system);
  });

  it('takes the newest in a folder, and no other library', () => {
    const root = temporaryDirectory();
    for (const name of ['libnvrtc.so.9', 'libnvrtc.so.12.9.86', 'libnvrtc.so.13', 'libnvrtc.alt.so.13']) {
      file(join(root, 'lib', name));
    }
    file(join(root, 'lib/libnvrtc-builtins.so.14.0'));
    expect(findNvrtcLibrary({ env: { CUDA_HOME: root } })).toBe(join(root, 'lib/libnvrtc.so.13'));
  });

  it('says how to mend it', () => {
    const nowhere = { env: {}, defaultToolkit: temporaryDirectory(), systemFolders: [] };
    expect(() => findNvrtcLibrary(nowhere)).toThrow(expect.objectContaining({ reason: 'nvrtc-not-found' }));
    expect(() => findNvrtcLibrary(nowhere)).toThrow('DG_JIT_NVRTC_LIBRARY');
    const wrong = { env: { DG_JIT_NVRTC_LIBRARY: '/nonexistent' } };
    expect(() => findNvrtcLibrary(wrong)).toThrow(expect.objectContaining({ reason: 'nvrtc-not-readable' }));
  });
});

describe('findToolkitHeaders', () => {
  const names = ['cuda_bf16.h', 'cuda_fp8.h', 'stdint.h'];
  const hashOf = (path: string) => sha256(readFileSync(path));
  const toolkit = (folder: string, content = '') => {
    for (const name of names.slice(0, 2)) file(join(folder, name), content);
    return folder;
  };

  it('looks beside the library first, then in the toolkits', () => {
    const root = temporaryDirectory();
    const library = join(root, 'a/targets/x86_64-linux/lib/libnvrtc.so.13');
    const find = () => {
      const env = { CUDA_HOME: join(root, 'b') };
      return findToolkitHeaders(names, { library, env, defaultToolkit: join(root, 'c'), hashOf }).folders;
    };
    const last = toolkit(join(root, 'c/include'));
    expect(find()).toEqual([last]);
    const named = toolkit(join(root, 'b/targets/x86_64-linux/include'));
    expect(find()).toEqual([named]);
    const beside = toolkit(join(root, 'a/targets/x86_64-linux/include'));
    expect(find()).toEqual([beside]);
  });

  it('tells toolkits apart by what is in them, not by where they are', () => {
    const root = temporaryDirectory();
    const hashIn = (home: string) =>
      findToolkitHeaders(names, { library: '/lib/x.so', env: { CUDA_HOME: home }, hashOf }).hash;
    for (const [name, content] of Object.entries({ a: '1', b: '1', c: '2' })) {
      toolkit(join(root, name, 'include'), content);
    }
    expect(hashIn(join(root, 'a'))).toBe(hashIn(join(root, 'b')));
    expect(hashIn(join(root, 'a'))).not.toBe(hashIn(join(root, 'c')));
  });

  it('needs none for a source that includes none', () => {
    const options = { library: '/lib/x.so', env: {}, defaultToolkit: '/nonexistent', hashOf };
    expect(findToolkitHeaders(['stdint.h'], options)).toEqual({ folders: [], hash: 'none' });
    expect(() => findToolkitHeaders(names, options)).toThrow(
      expect.objectContaining({ reason: 'cuda-headers-not-found' }),
    );
  });
});
