import { defineConfig } from 'vitest/config';
const s = (p: string) => new URL(p, 'file:///work/main/').pathname;
export default defineConfig({
  resolve: { alias: { '@dg/kernels': s('kernels/src/layout/index.ts'), '@dg/jit': s('packages/jit/src/index.ts'), '@dg/runtime': '/tmp/check/runtime-shim.ts', '@dg/testing': s('tools/testing/src/index.ts'), '@dg/layout': s('packages/layout/src/index.ts') } },
  server: { fs: { strict: false } },
  test: { include: ['packages/layout/**/*.test.ts', 'tools/testing/src/**/*.test.ts'], pool: 'forks', testTimeout: 300000 },
});
