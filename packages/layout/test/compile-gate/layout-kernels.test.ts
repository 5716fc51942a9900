import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNvcc } from '@dg/jit';
import {
  castKernel,
  fp8KGroupRepackKernel,
  fp8TransposeKernel,
  type KernelSource,
  kGroupMapsKernel,
  mnMajorCopyKernel,
  packUe8m0Configs,
  packUe8m0Kernel,
  powerOfTwoCheckKernel,
  reachableCastConfigs,
  unpackUe8m0Kernel,
} from '@dg/kernels';
import { describe, expect, it } from 'vitest';

const nvcc = findNvccOrSay();

const architectures = ['sm_90a', 'sm_100a'];
const sources = [
  ...reachableCastConfigs().map(castKernel),
  ...packUe8m0Configs.map(packUe8m0Kernel),
  mnMajorCopyKernel,
  unpackUe8m0Kernel,
  powerOfTwoCheckKernel,
  fp8TransposeKernel,
  fp8KGroupRepackKernel,
  kGroupMapsKernel,
];

// Pitfall: spills, local memory, serialised WGMMA.
describe.skipIf(nvcc === undefined)('layout kernels', () => {
  it.each(architectures)('compile for %s without warning, spill or local memory', (architecture) => {
    const folder = mkdtempSync(join(tmpdir(), 'dg-layout-gate-'));
    try {
      const { log, status } = compileAll(folder, architecture);
      expect(status, log).toBe(0);
      expect(log).not.toMatch(/warning/i);
      const resources = resourcesByEntry(log);
      expect([...resources.keys()].sort()).toEqual(sources.map(entryOf).sort());
      for (const [entry, used] of resources) {
        expect(used, entry).toEqual({ stackBytes: 0, spillStoreBytes: 0, spillLoadBytes: 0 });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function findNvccOrSay(): string | undefined {
  try {
    return findNvcc();
  } catch (error) {
    process.stderr.write(`SKIPPED: the layout kernels were not compiled. ${String(error)}\n`);
    return undefined;
  }
}

/** One translation unit with every kernel under a name of its own: the headers are read once. */
function compileAll(folder: string, architecture: string): { log: string; status: number | null } {
  const unit = join(folder, 'layout-kernels.cu');
  writeFileSync(
    unit,
    sources.map((source) => source.code.replace(`${source.entry}(`, `${entryOf(source)}(`)).join('\n'),
  );
  const includes = [...new Set(sources.flatMap((source) => source.includeRoots))].map((root) => `-I${root}`);
  const flags = [
    '-std=c++20',
    `-arch=${architecture}`,
    '-cubin',
    '-Xptxas',
    '-v',
    '-o',
    join(folder, 'out.cubin'),
  ];
  const { status, stdout, stderr } = spawnSync(nvcc!, [...flags, ...includes, unit], { encoding: 'utf8' });
  return { log: stdout + stderr, status };
}

function entryOf({ name }: KernelSource): string {
  return `dg_${name.replaceAll('-', '_')}`;
}

function resourcesByEntry(log: string) {
  const pattern =
    /Compiling entry function '(\w+)'[\s\S]*?(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads/g;
  return new Map(
    [...log.matchAll(pattern)].map(([, entry, stack, stores, loads]) => [
      entry!,
      { stackBytes: Number(stack), spillStoreBytes: Number(stores), spillLoadBytes: Number(loads) },
    ]),
  );
}
