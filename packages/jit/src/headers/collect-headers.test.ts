import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DgValidationError } from '../errors/dg-validation-error.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { collectHeaders } from './collect-headers.js';
import { HeaderReader } from './header-reader.js';

function tree(files: Record<string, string>): string {
  const root = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const collect = (code: string, includeRoots: string[], reader = new HeaderReader()) =>
  collectHeaders({ name: 'kernel', entry: 'k', code, includeRoots }, reader).own;
const paths = (code: string, ...roots: string[]) => collect(code, roots).map(({ path }) => path);

describe('collectHeaders', () => {
  it('follows includes, beside the includer first, then in the roots, and stops at cycles', () => {
    const root = tree({
      'gemm/main.h': '#include "near.h"\n#include "ptx/far.h"\n#include "../up.h"',
      'gemm/near.h': '#include "main.h"',
      'ptx/far.h': '#include <cuda_bf16.h>',
      'up.h': '',
      'near.h': 'not this one',
      'unused.h': '',
    });
    expect(paths('#include "gemm/main.h"', root)).toEqual([
      'gemm/main.h',
      'gemm/near.h',
      'ptx/far.h',
      'up.h',
    ]);
  });

  it('takes the first root that has the header', () => {
    const [first, second] = [tree({ 'a.h': 'first' }), tree({ 'a.h': 'second', 'b.h': '' })];
    const [a, b] = collect('#include "a.h"\n#include "b.h"', [first, second]);
    expect(a).toEqual(collect('#include "a.h"', [first])[0]);
    expect(a).not.toEqual(collect('#include "a.h"', [second])[0]);
    expect(b?.path).toBe('b.h');
  });

  it('sees a header of a root that is included with <...>', () => {
    const root = tree({ 'a.h': '#include <cuda_bf16.h>' });
    const source = {
      name: 'kernel',
      entry: 'k',
      code: '#include <a.h>\n#include <cuda.h>',
      includeRoots: [root],
    };
    const { own, foreign } = collectHeaders(source, new HeaderReader());
    expect(own.map(({ path }) => path)).toEqual(['a.h']);
    expect(foreign).toEqual(['cuda.h', 'cuda_bf16.h']);
  });

  it('names a missing header and who includes it', () => {
    const root = tree({ 'a.h': '#include "gone.h"' });
    expect(() => collect('#include "a.h"', [root])).toThrow(DgValidationError);
    expect(() => collect('#include "a.h"', [root])).toThrow(`"gone.h", included by ${join(root, 'a.h')}`);
    expect(() => collect('#include "gone.h"', [])).toThrow('"gone.h", included by its source');
    expect(() => collect(`#include "${join(root, 'a.h')}"`, [root])).toThrow('expected header');
  });

  it('reads a changed header again, in the same reader', () => {
    const root = tree({ 'a.h': 'one' });
    const reader = new HeaderReader();
    const before = collect('#include "a.h"', [root], reader);
    expect(reader.read(join(root, 'a.h'))).toBe(reader.read(join(root, 'a.h')));
    writeFileSync(join(root, 'a.h'), 'two');
    utimesSync(join(root, 'a.h'), new Date(0), new Date(0));
    expect(collect('#include "a.h"', [root], reader)).not.toEqual(before);
  });
});
