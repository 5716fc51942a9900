import type { KernelSource } from '@dg/runtime';
import { expect, it } from 'vitest';
import { compilerOfPtx } from './compiler-of-ptx.js';
import type { PtxTarget } from './simulator-options.js';

const source: KernelSource = { name: 'k', entry: 'k', code: 'code', includeRoots: ['/root'] };
const image = new Uint8Array();

/** What a compiler is asked for, first blocking and then not. */
async function requestsFor(asked: KernelSource): Promise<[KernelSource, PtxTarget][]> {
  const requests: [KernelSource, PtxTarget][] = [];
  const compiler = compilerOfPtx({
    compileSync(...request) {
      requests.push(request);
      return { image };
    },
    async compile(...request) {
      requests.push(request);
      return { image };
    },
  });
  compiler.compileSync(asked, { architecture: 'sm_90a', output: 'cubin' });
  await compiler.compile(asked, { architecture: 'sm_90a', output: 'cubin' });
  return requests;
}

it.each<[readonly string[] | undefined, readonly string[]]>([
  [undefined, ['-lineinfo']],
  [['-DX=1'], ['-DX=1', '-lineinfo']],
  [
    ['-lineinfo', '-DX=1'],
    ['-lineinfo', '-DX=1'],
  ],
])('flags %j become %j, once', async (flags, expected) => {
  const asked = flags === undefined ? source : { ...source, flags };
  const request = [
    { ...source, flags: expected },
    { architecture: 'sm_90a', output: 'ptx' },
  ];
  expect(await requestsFor(asked)).toEqual([request, request]);
});
