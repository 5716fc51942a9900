import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { findNvcc } from './packages/jit/src/nvcc/find-nvcc.js';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Tests run against the sources, so that one file can be changed and tested without a build.
const alias = {
  '@dg/kernels': source('./kernels/src/index.ts'),
  '@dg/jit': source('./packages/jit/src/index.ts'),
  '@dg/runtime': source('./packages/runtime/src/index.ts'),
  '@dg/layout': source('./packages/layout/src/index.ts'),
  '@dg/api': source('./packages/api/src/index.ts'),
  '@dg/simulator': source('./packages/simulator/src/index.ts'),
  '@dg/testing': source('./tools/testing/src/index.ts'),
};

/** Written once, for every device; the examples are a package within another. */
const conformance = [
  'packages/{*,api/examples}/test/conformance/*.test.ts',
  'tools/search/test/conformance/*.test.ts',
];

const large = 'packages/*/test/gpu/{*-past-32-bits,whole-memory}.test.ts';

/** The simulator executes what nvcc makes of the kernels. */
function conformanceOnSimulator(): string[] {
  try {
    findNvcc();
    return [...conformance, '{packages,tools}/*/test/simulator/*.test.ts'];
  } catch (error) {
    process.stderr.write(`SKIPPED: the conformance suite on the simulator. ${String(error)}\n`);
    return [];
  }
}

const project = (name: string, include: string[], options: object = {}) => ({
  resolve: { alias },
  test: { name, include, pool: 'forks' as const, testTimeout: 60_000, ...options },
});

export default defineConfig({
  test: {
    // A file per core: vitest's own default leaves one idle.
    maxWorkers: '100%',
    projects: [
      project('unit', [
        'kernels/src/**/*.test.ts',
        'packages/{*,api/examples}/src/**/*.test.ts',
        'packages/simulator/test/planted/*.test.ts',
        'tools/*/src/**/*.test.ts',
      ]),
      project('conformance-cpu', conformance, {
        env: { DG_TEST_DEVICE: 'cpu' },
      }),
      project('conformance-sim', conformanceOnSimulator(), {
        env: { DG_TEST_DEVICE: 'sim:sm_90a', DG_JIT_CACHE_DIR: source('./node_modules/.cache/dg-kernels') },
        // Importing the simulator is what makes its device known.
        setupFiles: [source('./packages/simulator/src/index.ts')],
        testTimeout: 300_000,
      }),
      project('hardware-comparison', ['packages/*/test/hardware/*.test.ts'], {
        env: { DG_TEST_DEVICE: 'sim:sm_90a', DG_JIT_CACHE_DIR: source('./node_modules/.cache/dg-kernels') },
        setupFiles: [source('./packages/simulator/src/index.ts')],
        testTimeout: 300_000,
      }),
      project('conformance-cuda', [...conformance, 'packages/*/test/gpu/*.test.ts'], {
        exclude: [large],
        env: { DG_TEST_DEVICE: 'cuda' },
        testTimeout: 300_000,
      }),
      project('large-cuda', [large], {
        // Alone on the card: each takes tens of gigabytes.
        maxWorkers: 1,
        sequence: { groupOrder: 1 },
        env: { DG_TEST_DEVICE: 'cuda' },
        testTimeout: 300_000,
      }),
      project('compile-gate', ['packages/{*,api/examples}/test/compile-gate/*.test.ts'], {
        testTimeout: 1_200_000,
      }),
      project('repository', ['tools/repository/test/*.test.ts'], { testTimeout: 300_000 }),
    ],
  },
});
