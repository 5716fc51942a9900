import { describe, expect, it, vi } from 'vitest';
import { loadBinding } from './load-binding.js';
import { describeNative } from './testing/native-child.js';

describeNative('loadBinding', () => {
  it('finds this package’s own build and loads it once', () => {
    const loaded = loadBinding();
    expect(loaded).toHaveProperty('binding.open');
    expect(loadBinding()).toBe(loaded);
  });
});

describe('loadBinding without an addon', () => {
  it('gives every cause', async () => {
    vi.resetModules();
    vi.doMock('../package-root.js', () => ({ packageRoot: () => '/nonexistent' }));
    const { loadBinding: loadFresh } = await import('./load-binding.js');
    expect(loadFresh()).toEqual({
      failure: {
        causes: [
          `the optional package @dg/runtime-${process.platform}-${process.arch} is not installed`,
          '/nonexistent/build/Release/dg_runtime.node is not built',
        ],
      },
    });
    vi.doUnmock('../package-root.js');
  });
});
