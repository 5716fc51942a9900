import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCompiler } from '@dg/jit';
import { afterAll, describe, expect, it } from 'vitest';
import { createSimulator, DgSimulationError } from '../index.js';
import { reasonWithoutNvcc } from '../testing/reason-without-nvcc.js';

const skipped = reasonWithoutNvcc();
if (skipped !== undefined) console.warn(`SKIPPED: source lines of what nvcc compiled. ${skipped}`);

describe.skipIf(skipped !== undefined)('a report about a kernel from nvcc', () => {
  const directory = mkdtempSync(join(tmpdir(), 'dg-simulator-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('names the line of the header that an inlined function stands in, and no path of the machine', () => {
    const includeRoot = join(directory, 'include');
    mkdirSync(join(includeRoot, 'probe'), { recursive: true });
    writeFileSync(
      join(includeRoot, 'probe', 'store.cuh'),
      `#pragma once
namespace probe {
__device__ inline void store_at(float* x, int index) {
  x[index] = 1.f;
}
}
`,
    );
    const device = createSimulator({
      compiler: createCompiler({ cacheDirectory: join(directory, 'cache') }),
    });
    const kernel = device.kernel({
      name: 'store-outside',
      entry: 'store_outside',
      includeRoots: [includeRoot],
      code: `#include "probe/store.cuh"
extern "C" __global__ void store_outside(float* x) {
  probe::store_at(x, 64);
}
`,
    });
    const buffer = device.createBuffer({ byteLength: 64 });
    const launch = () =>
      kernel.launch({
        grid: [1, 1, 1],
        block: [1, 1, 1],
        arguments: [{ type: 'address', buffer, byteOffset: 0 }],
      });
    expect(launch).toThrow(DgSimulationError);
    expect(launch).toThrow(/source probe\/store\.cuh:4\n/);
    expect(launch).not.toThrow(directory);
    device.destroy();
  });
});
