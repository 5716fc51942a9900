import {
  type DType,
  enqueueHostWork,
  type HostArrayOf,
  hostBytes,
  type KernelArgument,
  type Stream,
  type Tensor,
} from '@dg/runtime';
import { type ExampleKernelName, exampleKernel } from '../kernels/example-kernel.js';

/** An operation of the examples: one kernel, and what it does once more in TypeScript, for the `cpu` device. */
export interface Operation {
  readonly kernel: ExampleKernelName;
  readonly blocks: number;
  readonly threads: number;
  readonly arguments: readonly KernelArgument[];
  /** Takes views of the memory at once, and returns what reads and writes them: a captured graph runs it later. */
  readonly prepareHost: () => () => void;
}

/** Queues an operation on whatever device the stream belongs to. */
export function enqueueOperation(stream: Stream, operation: Operation): void {
  const { device } = stream;
  if (!device.executesKernels) {
    enqueueHostWork(stream, operation.prepareHost());
    return;
  }
  device.kernel(exampleKernel(operation.kernel)).launch({
    grid: [operation.blocks, 1, 1],
    block: [operation.threads, 1, 1],
    stream,
    arguments: operation.arguments,
  });
}

export function addressOf({ buffer, byteOffset }: Tensor): KernelArgument {
  return { type: 'address', buffer, byteOffset };
}

export function uint32(value: number): KernelArgument {
  return { type: 'uint32', value };
}

/** The memory of a `cpu` tensor from its first element on, not a copy. */
export function hostElements<T extends DType>(tensor: Tensor<T>): HostArrayOf[T] {
  const { buffer, byteOffset } = hostBytes(tensor.buffer);
  const start = byteOffset + tensor.byteOffset;
  switch (tensor.dtype as DType) {
    case 'bfloat16':
      return new Uint16Array(buffer, start) as HostArrayOf[T];
    case 'float32':
      return new Float32Array(buffer, start) as HostArrayOf[T];
    case 'int32':
      return new Int32Array(buffer, start) as HostArrayOf[T];
    default:
      return new Uint8Array(buffer, start) as HostArrayOf[T];
  }
}
