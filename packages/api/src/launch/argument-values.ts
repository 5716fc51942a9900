import type { KernelArgument, Tensor, TensorMap } from '@dg/runtime';

/** Of memory that the kernel only reads. */
export function tensorMap(map: TensorMap): KernelArgument {
  return { type: 'tensorMap', map, readOnly: true };
}

export function writableTensorMap(map: TensorMap): KernelArgument {
  return { type: 'tensorMap', map };
}

/** Of memory that the kernel only reads. */
export function address({ buffer, byteOffset }: Tensor): KernelArgument {
  return { type: 'address', buffer, byteOffset, readOnly: true };
}

export function writableAddress({ buffer, byteOffset }: Tensor): KernelArgument {
  return { type: 'address', buffer, byteOffset };
}

export function int64(value: number): KernelArgument {
  return { type: 'int64', value };
}

export function uint32(value: number): KernelArgument {
  return { type: 'uint32', value };
}
