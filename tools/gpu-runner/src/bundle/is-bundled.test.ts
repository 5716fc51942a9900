import { describe, expect, it } from 'vitest';
import { isBundled, isModuleFileBundled, requiredFiles } from './is-bundled.js';

describe('isBundled', () => {
  it.each([
    ...requiredFiles,
    'kernels/package.json',
    'kernels/include/dg/ptx/wgmma.cuh',
    'packages/api/dist/chunk-ABC.js',
    'packages/api/package.json',
    'packages/api/src/config/gemm-candidates.ts',
    'packages/api/test/conformance/edge-gemms.test.ts',
    'packages/api/test/gpu/large-gemms.test.ts',
    'packages/api/test/support/oracle.ts',
    'packages/api/examples/src/moe/decode-layer.ts',
    'packages/api/examples/test/conformance/moe.test.ts',
    'tools/search/test/conformance/random-search.test.ts',
    'tools/testing/src/seeded-random.ts',
  ])('keeps %s', (path) => {
    expect(isBundled(path)).toBe(true);
  });

  it.each([
    'package.json',
    'pnpm-lock.yaml',
    'kernels/src/index.ts',
    'kernels/dist/index.js.map',
    'packages/api/dist/index.d.ts',
    'packages/api/dist/index.d.cts',
    'packages/api/src/gemm/fp8-gemm-nt.test.ts',
    'packages/api/test/compile-gate/gemm-kernels.test.ts',
    'packages/api/node_modules/commander/index.js',
    'packages/api/examples/README.md',
    'packages/api/examples/src/safetensors/fuzz.test.ts',
    'packages/api/examples/test/compile-gate/example-kernels.test.ts',
    'packages/api/examples/node_modules/commander/index.js',
    'packages/runtime/native/src/device.cc',
    'packages/runtime/build/fake-driver/libcuda.so.1',
    'packages/runtime/build/CMakeCache.txt',
    'tools/bench/src/cli.ts',
    'tools/search/src/draw-case.test.ts',
    'tools/bench/results/h200.jsonl',
    'tools/repository/test/hygiene.test.ts',
  ])('leaves %s', (path) => {
    expect(isBundled(path)).toBe(false);
  });
});

it('modules lose what nothing reads at run time, and keep their licences', () => {
  expect(
    ['index.js', 'index.d.ts', 'index.d.mts', 'index.js.map', 'README.md', 'LICENSE', 'x.node'].filter(
      isModuleFileBundled,
    ),
  ).toEqual(['index.js', 'LICENSE', 'x.node']);
});
