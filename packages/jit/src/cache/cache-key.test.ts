import { describe, expect, it } from 'vitest';
import { CUBIN, kernelSource } from '../testing/kernel-source.js';
import { buildKey, requestKey } from './cache-key.js';

const HEADERS = [{ path: 'a.h', sha256: '00' }];
const key = (source = kernelSource(), target: Parameters<typeof requestKey>[1] = CUBIN, headers = HEADERS) =>
  requestKey(source, target, headers);

describe('requestKey', () => {
  it('is a SHA-256 and the same for the same input', () => {
    expect(key()).toMatch(/^[0-9a-f]{64}$/);
    expect(key()).toBe(key());
  });

  it('is another one for everything that decides the image', () => {
    const keys = [
      key(),
      key(kernelSource({ code: '// other' })),
      key(kernelSource({ entry: 'k2' })),
      key(kernelSource({ flags: ['-DX=1'] })),
      key(kernelSource({ flags: ['-DX', '=1'] })),
      key(kernelSource(), { architecture: 'sm_100a', output: 'cubin' }),
      key(kernelSource(), { architecture: 'sm_90a', output: 'ptx' }),
      key(kernelSource(), CUBIN, []),
      key(kernelSource(), CUBIN, [{ path: 'b.h', sha256: '00' }]),
      key(kernelSource(), CUBIN, [{ path: 'a.h', sha256: '01' }]),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  // Pitfall: the include path in the key.
  it('does not depend on name, strictness or the place of the include roots', () => {
    expect(key(kernelSource({ name: 'other', strict: true, includeRoots: ['/elsewhere'] }))).toBe(key());
  });
});

it('buildKey is another one for another request, compiler, release and flag of the compiler', () => {
  const nvcc = { kind: 'nvcc', version: '13.0' };
  const keys = [
    buildKey('request', nvcc, ['-O3']),
    buildKey('other', nvcc, ['-O3']),
    buildKey('request', { ...nvcc, kind: 'nvrtc' }, ['-O3']),
    buildKey('request', { ...nvcc, version: '13.1' }, ['-O3']),
    buildKey('request', nvcc, ['-O2']),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});
