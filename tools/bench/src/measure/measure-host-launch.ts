import type { Device } from '@dg/api';
import { DgUnavailableError, type KernelSource } from '@dg/jit';
import { type HostCallEffort, hostTime } from './host-time.js';

/** A kernel that does nothing, launched by what a warm GEMM is launched by in the end: what is left is the driver's. */
export interface EmptyLaunch {
  /** Of 128 bytes each, as tensor maps are. */
  readonly maps: number;
  readonly dependentLaunch: boolean;
}

export const emptyLaunches: readonly EmptyLaunch[] = [0, 4].flatMap((maps) =>
  [false, true].map((dependentLaunch) => ({ maps, dependentLaunch })),
);

/** `empty kernel, 4 maps, dependent` */
export function emptyLaunchName({ maps, dependentLaunch }: EmptyLaunch): string {
  return `empty kernel, ${maps} maps${dependentLaunch ? ', dependent' : ''}`;
}

export function emptyKernel(maps: number): KernelSource {
  const parameters = Array.from(
    { length: maps },
    (_, index) => `const __grid_constant__ Map map${index}, `,
  ).join('');
  return {
    name: `empty-${maps}-maps`,
    entry: 'dg_empty',
    code: `struct __align__(64) Map { unsigned long long words[16]; };
extern "C" __global__ void dg_empty(${parameters}unsigned) {
  asm volatile("griddepcontrol.launch_dependents;");
  asm volatile("griddepcontrol.wait;" ::: "memory");
}
`,
    includeRoots: [],
  };
}

/**
 * Microseconds of host time for a prepared launch, measured as a warm call is.
 *
 * @throws DgUnavailableError for a device that has no launches.
 */
export async function measureHostLaunch(
  device: Device,
  { maps, dependentLaunch }: EmptyLaunch,
  effort?: HostCallEffort,
): Promise<number> {
  if (!device.executesKernels) {
    throw new DgUnavailableError(
      'no-kernels',
      `expected a device that launches kernels but received ${device.name}.`,
      'Use a GPU.',
    );
  }
  const kernel = await device.prepareKernel(emptyKernel(maps));
  const tensor = device.zeros([64, 64], 'float32');
  const map = {
    buffer: tensor.buffer,
    byteOffset: 0,
    element: 'float32',
    dims: [64, 64],
    stridesBytes: [256],
    box: [32, 64],
    swizzleBytes: 128,
    l2PromotionBytes: 256,
  } as const;
  const stream = device.createStream();
  try {
    const launch = {
      grid: [1, 1, 1],
      block: [32, 1, 1],
      dependentLaunch,
      stream,
      arguments: [
        ...Array.from({ length: maps }, () => ({ type: 'tensorMap', map }) as const),
        { type: 'uint32', value: 1 },
      ],
    } as const;
    const prepared = kernel.prepare?.(launch);
    const call = prepared === undefined ? () => kernel.launch(launch) : () => prepared.launch(stream);
    return await hostTime(stream, call, effort);
  } finally {
    stream.destroy();
    tensor.destroy();
  }
}
