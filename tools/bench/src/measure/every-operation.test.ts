import { type Device, requestDevice } from '@dg/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { type GemmOperation, gemmOperations } from '../gemms/gemm-operation.js';
import { gemmCase } from '../gemms/gemm-tables.js';
import { hostContext } from '../testing/host-context.js';
import { tinyShapes } from '../testing/tiny-cases.js';
import { checkGemm } from './check-gemm.js';
import { measureCopy } from './measure-copy.js';
import { measureGemm } from './measure-gemm.js';
import { hostCallCases, measureHostCall } from './measure-host-call.js';
import { emptyLaunches, emptyLaunchName, measureHostLaunch } from './measure-host-launch.js';
import { withSets } from './with-sets.js';

let device: Device;
beforeAll(async () => {
  device = await requestDevice('cpu');
});

const wrongBytes = { bfloat16: Uint8Array.of(0xc8, 0x42), float32: Uint8Array.of(0, 0, 0xc8, 0x44) } as const;

describe.each(gemmOperations)('%s on the cpu', (op) => {
  const gemm = gemmCase(op, tinyShapes[op]);

  it('is made, timed and checked', async () => {
    const row = await measureGemm({ ...hostContext(device), variant: { dependentLaunch: true } }, gemm);
    expect(row).toMatchObject({ op, shape: gemm.shape, checked: true, options: 'dependentLaunch=on' });
    expect(row.us).toBeGreaterThan(0);
    expect(Math.abs(row.diff)).toBeLessThan(5e-6);
    expect(row.config).toMatch(/^\d+x\d+/);
  });

  it('fails its check by one wrong element of a sampled product', async () => {
    await withSets(hostContext(device), 1, gemm.createSet, async ([set], stream) => {
      const call = set!.callWith({ stream });
      call();
      await expect(checkGemm(set!, 'this')).resolves.toBeLessThan(1e-5);
      for (const { d } of [set!.products[0]!, set!.products.at(-1)!]) {
        set!.resetOutput(stream);
        call();
        d.buffer.write(wrongBytes[d.dtype as 'bfloat16' | 'float32'], d.byteOffset);
        await expect(checkGemm(set!, 'this')).rejects.toThrow('expected a diff below 0.00001 for product');
      }
    });
  });

  it('fails its check when it did not run, or once too often', async () => {
    await withSets(hostContext(device), 1, gemm.createSet, async ([set], stream) => {
      await expect(checkGemm(set!, 'this')).rejects.toThrow('but received');
      const call = set!.callWith({ stream });
      call();
      call();
      const isAddedTo = set!.products[0]!.addend !== undefined;
      const check = checkGemm(set!, 'this', 1);
      if (isAddedTo) await expect(check).rejects.toThrow('but received');
      else await expect(check).resolves.toBeLessThan(1e-5);
      await expect(checkGemm(set!, 'this', 2)).resolves.toBeLessThan(1e-5);
    });
  });
});

describe('host calls', () => {
  it('are timed for every operation', async () => {
    expect(new Set(hostCallCases.map(({ op }) => op))).toEqual(new Set<GemmOperation>(gemmOperations));
    const effort = { warmCalls: 1, batches: 3, callsPerBatch: 2 };
    expect(
      await measureHostCall(hostContext(device), gemmCase('bf16_nt', [4, 8, 16]), effort),
    ).toBeGreaterThan(0);
  });

  it('have launches beside them, which the cpu has not', async () => {
    expect(new Set(emptyLaunches.map(emptyLaunchName)).size).toBe(4);
    await expect(measureHostLaunch(device, emptyLaunches[0]!)).rejects.toThrow(
      'expected a device that launches kernels but received cpu',
    );
  });
});

it('a copy is timed, each byte counted twice', async () => {
  const row = await measureCopy(hostContext(device), 1 << 20);
  expect(row).toMatchObject({ op: 'copy', shape: [1 << 20] });
  expect(row.gbs).toBeCloseTo((2 * (1 << 20)) / row.us / 1e3, 9);
});
