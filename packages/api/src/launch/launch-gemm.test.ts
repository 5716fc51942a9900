import { kGroupMapsKernel } from '@dg/kernels';
import { CpuDevice, type KernelDevice, type Launch, Scratch } from '@dg/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { hopper } from '../config/hopper-model.js';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { KGroupedProblem } from '../problem/gemm-problem.js';
import { launchGemm } from './launch-gemm.js';

const [groups, m, n, k] = [2, 64, 128, 256];

const problem: KGroupedProblem = {
  kind: 'k-grouped',
  operandType: 'float8_e4m3fn',
  groups,
  m,
  n,
  k,
  majorA: 'k',
  majorB: 'k',
  storage: 'blocks',
  recipe: [1, 1, 128],
  outputType: 'float32',
  accumulate: false,
  tmaStorable: true,
};

/** What happened to the kernels: `prepare`, `launch` (without preparation) and `replay`, with the kernel's name. */
function listeningDevice(events: string[], prepares: boolean): KernelDevice {
  const cpu = new CpuDevice();
  return Object.assign(cpu, {
    executesKernels: true,
    properties: { ...cpu.properties, architecture: 'sm_90a', multiprocessorCount: 132 },
    kernel: ({ name }: { name: string }) => ({
      name,
      launch: (_: Launch) => events.push(`launch ${name}`),
      ...(prepares
        ? {
            prepare: () => {
              events.push(`prepare ${name}`);
              return { launch: () => events.push(`replay ${name}`) };
            },
          }
        : {}),
    }),
  }) as unknown as KernelDevice;
}

describe('a K-grouped FP8 GEMM of blocks', () => {
  let events: string[];
  beforeEach(() => {
    events = [];
  });

  function calls(prepares: boolean): () => readonly string[] {
    const device = listeningDevice(events, prepares);
    const operands: GemmOperands = {
      a: device.empty([m * k], 'float8_e4m3fn'),
      b: device.empty([n * k], 'float8_e4m3fn'),
      c: undefined,
      d: device.empty([groups, m, n], 'float32'),
      scalesA: device.empty([m, k / 128], 'float32', { strides: [1, m] }),
      scalesB: device.empty([n, k / 128], 'float32', { strides: [1, n] }),
      grouping: device.empty([groups], 'int32'),
    };
    const kept = device.createBuffer({ byteLength: 2 ** 16 });
    return () => {
      events.length = 0;
      launchGemm(device, problem, operands, {
        stream: device.defaultStream,
        dependentLaunch: true,
        settled: 'none',
        settings: { numSms: 132, tcUtil: hopper.tensorUtilization },
        scratch: new Scratch(device, kept),
      });
      return events.map((event) => event.replace(/fp8-gemm.*/, 'gemm'));
    };
  }

  const maps = kGroupMapsKernel.name;

  it('makes the maps before it uses them', () => {
    expect(calls(false)()).toEqual([`launch ${maps}`, 'launch gemm']);
  });

  it('replays both, in this order, once they are known', () => {
    const call = calls(true);
    expect(call()).toEqual([`launch ${maps}`, 'launch gemm']);
    expect(call()).toEqual([`prepare ${maps}`, 'prepare gemm', `replay ${maps}`, 'replay gemm']);
    expect(call()).toEqual([`replay ${maps}`, 'replay gemm']);
  });
});
