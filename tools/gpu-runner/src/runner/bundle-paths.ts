import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where things lie in the unpacked bundle. */
export interface BundlePaths {
  readonly root: string;
  readonly node: string;
  readonly runner: string;
  readonly bench: string;
  readonly sweep: string;
  readonly search: string;
  readonly api: string;
  readonly examples: string;
  readonly jitCheck: string;
  readonly vitest: string;
  readonly vitestConfig: string;
}

export function bundlePaths(root: string): BundlePaths {
  return {
    root,
    node: join(root, 'bin/node'),
    runner: join(root, 'tools/gpu-runner/dist/runner.js'),
    bench: join(root, 'tools/bench/dist/cli.js'),
    sweep: join(root, 'tools/sweep/dist/cli.js'),
    search: join(root, 'tools/search/dist/cli.js'),
    api: join(root, 'packages/api/dist/cli.js'),
    examples: join(root, 'packages/api/examples/dist/cli.js'),
    jitCheck: join(root, 'tools/jit-check/dist/cli.js'),
    vitest: join(root, 'node_modules/vitest/vitest.mjs'),
    vitestConfig: join(root, 'vitest.bundle.config.mjs'),
  };
}

/** The bundle that this file is part of: three folders up from dist/. */
export function ownBundle(): BundlePaths {
  return bundlePaths(fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, ''));
}
