/**
 * Which public package may import which; docs/architecture.md shows the same table. Tools may import anything, and
 * so may tests, as long as their package.json says so.
 */
export const arrows: Readonly<Record<string, readonly string[]>> = {
  '@dg/kernels': [],
  '@dg/jit': [],
  '@dg/runtime': ['@dg/jit'],
  '@dg/layout': ['@dg/runtime', '@dg/kernels'],
  '@dg/api': ['@dg/layout', '@dg/runtime', '@dg/jit', '@dg/kernels'],
  '@dg/simulator': ['@dg/runtime', '@dg/jit'],
};
