import type { KernelArgument, Tensor, TensorMap } from '@dg/runtime';

export function tensorMap(map: TensorMap): KernelArgument {
  return { type: 'tensorMap', map };
}

export function address({ buffer, byteOffset }: Tensor): KernelArgument {
  return { type: 'address', buffer, byteOffset };
}

export function int64(value: number): KernelArgument {
  return { type: 'int64', value };
}

export function uint32(value: number): KernelArgument {
  return { type: 'uint32', value };
}
