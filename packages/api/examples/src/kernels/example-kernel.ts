import { fileURLToPath } from 'node:url';
import { kernelIncludeRoot } from '@dg/kernels';
import type { Device, KernelSource } from '@dg/runtime';

/** The kernels of the examples, by the names of their headers. */
export const exampleKernelNames = [
  'select_experts',
  'assign_rows',
  'dispatch_tokens',
  'swiglu_cast',
  'combine_rows',
] as const;

export type ExampleKernelName = (typeof exampleKernelNames)[number];

/** What `device.kernel` takes: a header of this folder, which may include those of the library. */
export function exampleKernel(name: ExampleKernelName): KernelSource {
  return {
    name: `example-${name.replaceAll('_', '-')}`,
    entry: `dg_example_${name}`,
    code: `#include "${name}.cuh"\n`,
    includeRoots: [headerFolder(), kernelIncludeRoot],
    strict: true,
  };
}

/** Compiles all of them at once, off the event loop. Does nothing on the `cpu` device. */
export async function prepareExampleKernels(device: Device): Promise<void> {
  if (!device.executesKernels) return;
  await Promise.all(exampleKernelNames.map((name) => device.prepareKernel(exampleKernel(name))));
}

/** packages/api/examples/kernels, from src/kernels/ and from dist/. */
function headerFolder(): string {
  const isSource = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(isSource ? '../../kernels' : '../kernels', import.meta.url));
}
