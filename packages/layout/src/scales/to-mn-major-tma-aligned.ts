import type { Scratch, Stream, Tensor } from '@dg/runtime';
import { enqueueHostMnMajorCopy } from './host-mn-major-copy.js';
import { launchMnMajorCopy } from './launch-mn-major-copy.js';
import {
  alignedScaleRows,
  mnMajorStrides,
  mnMajorTensorBytes,
  newMnMajorTensor,
  type ScaleType,
} from './new-mn-major-tensor.js';
import { startsAligned } from './tma-alignment.js';

/** `source` [(G,) mn, k] when it is MN-major and TMA-aligned, else an enqueued copy that is. */
export function toMnMajorTmaAligned<T extends ScaleType>(source: Tensor<T>, stream: Stream): Tensor<T> {
  if (isMnMajorTmaAligned(source)) return source;
  return newMnMajorTensor(source.device, source.dtype, source.shape, (destination) =>
    enqueueCopy(source, destination, stream),
  );
}

/**
 * As `getMnMajorTmaAlignedTensor`, of scales with elements that were checked: for the calls that need a copy for
 * themselves, in scratch memory.
 */
export function toMnMajorTmaAlignedIn(scratch: Scratch, source: Tensor, stream: Stream): Tensor {
  if (isMnMajorTmaAligned(source)) return source;
  const { dtype, shape } = source;
  const byteLength = mnMajorTensorBytes(dtype, shape);
  const destination = scratch.tensor(dtype, shape, mnMajorStrides(shape), byteLength);
  enqueueCopy(source, destination, stream);
  return destination;
}

function enqueueCopy(source: Tensor, destination: Tensor, stream: Stream): void {
  const { device } = source;
  if (device.executesKernels) launchMnMajorCopy(device, source, destination, stream);
  else enqueueHostMnMajorCopy(source, destination, stream);
}

/** Runs on every GEMM, mostly to find that there is nothing to do: makes no arrays. */
function isMnMajorTmaAligned(scales: Tensor): boolean {
  const { rank, shape, strides } = scales;
  const mnDim = rank - 2;
  const alignedMn = alignedScaleRows(shape[mnDim]!);
  return (
    startsAligned(scales) &&
    strides[mnDim] === 1 &&
    strides[mnDim + 1] === alignedMn &&
    (rank === 2 || strides[0] === alignedMn * shape[2]!)
  );
}
