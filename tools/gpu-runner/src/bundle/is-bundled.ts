/** What travels of the repository: paths relative to its root, with `/`. */
const kept: readonly RegExp[] = [
  /^vitest\.config\.ts$/,
  /^kernels\/(package\.json|dist\/.+|include\/.+)$/,
  // Sources, because tests reach into them; entries are taken from dist.
  /^packages\/[^/]+\/(package\.json|dist\/.+|src\/.+|test\/.+)$/,
  /^packages\/api\/examples\/(package\.json|(dist|kernels|src|test)\/.+)$/,
  /^packages\/runtime\/build\/Release\/dg_runtime\.node$/,
  /^packages\/jit\/build\/Release\/dg-nvrtc$/,
  /^tools\/testing\/(package\.json|src\/.+)$/,
  /^tools\/bench\/(package\.json|dist\/.+|kernels\/.+)$/,
  /^tools\/sweep\/(package\.json|dist\/.+)$/,
  /^tools\/jit-check\/(package\.json|dist\/.+|files\/.+)$/,
  // The program, and its conformance test with what that imports.
  /^tools\/search\/(package\.json|dist\/.+|src\/.+|test\/.+)$/,
  /^tools\/gpu-runner\/(package\.json|dist\/.+)$/,
];

/** Maps, types and tests that need no GPU. */
const dropped: readonly RegExp[] = [
  /\.map$/,
  /\.d\.[cm]?ts$/,
  /\/src\/.*\.test\.ts$/,
  /\/test\/compile-gate\//,
  /\/(node_modules|\.turbo)\//,
];

/** Whether a file of the repository belongs in the bundle. */
export function isBundled(path: string): boolean {
  return kept.some((rule) => rule.test(path)) && !dropped.some((rule) => rule.test(path));
}

/** Without these the bundle cannot do its work. */
export const requiredFiles: readonly string[] = [
  'vitest.config.ts',
  'kernels/dist/index.js',
  'kernels/include/dg/gemm/fp8_gemm.cuh',
  'kernels/include/dg/gemm/bf16_gemm.cuh',
  'packages/jit/dist/index.js',
  'packages/jit/build/Release/dg-nvrtc',
  'packages/runtime/dist/index.js',
  'packages/runtime/build/Release/dg_runtime.node',
  'packages/layout/dist/index.js',
  'packages/api/dist/index.js',
  'packages/api/dist/cli.js',
  'packages/api/examples/dist/cli.js',
  'packages/api/examples/kernels/swiglu_cast.cuh',
  'tools/testing/src/index.ts',
  'tools/bench/dist/cli.js',
  'tools/bench/dist/first-call.js',
  'tools/bench/kernels/normal_fill.cuh',
  'tools/sweep/dist/cli.js',
  'tools/jit-check/dist/cli.js',
  'tools/jit-check/dist/inside-container.js',
  'tools/jit-check/dist/load-times.js',
  'tools/jit-check/dist/stress/stress-worker.js',
  'tools/jit-check/files/container-root.sh',
  'tools/search/dist/cli.js',
  'tools/search/dist/worker.js',
  'tools/gpu-runner/dist/runner.js',
];

/** Parts of modules that nothing reads at run time. */
export function isModuleFileBundled(path: string): boolean {
  return !/(\.map|\.d\.[cm]?ts|\.md|\.markdown|\.tsbuildinfo)$/.test(path);
}
