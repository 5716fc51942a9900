import { bytesPerElement, type Stream, Tensor } from '@dg/runtime';
import { describeList, reject } from '../validation/reject.js';
import { requireOptions, requireStream } from '../validation/require-options.js';
import { requireTensor } from '../validation/require-tensor.js';
import { enqueueHostMnMajorCopy } from './host-mn-major-copy.js';
import { launchMnMajorCopy } from './launch-mn-major-copy.js';
import { getTmaAlignedSize, startsAligned } from './tma-alignment.js';

export interface MnMajorOptions {
  /** The device's default stream when left out. */
  readonly stream?: Stream;
}

const operation = 'getMnMajorTmaAlignedTensor';
const noOptions: MnMajorOptions = {};
const sourceTypes = ['float32'] as const;

/**
 * Scale factors in the layout that the tensor memory accelerator reads: MN-major, each column padded to a multiple
 * of 16 bytes.
 *
 * @param sf float32 [mn, sfK] or [G, mn, sfK], any strides.
 * @returns float32 of the same shape with strides (alignedMn · sfK, 1, alignedMn), where alignedMn =
 * getTmaAlignedSize(mn, 4): `sf` itself when it has these strides and starts at a multiple of 16 bytes, else a new
 * tensor whose padding rows, from mn to alignedMn, are zero. The copy is enqueued.
 * @throws DgValidationError for another dtype or rank, a destroyed tensor, or a foreign stream.
 */
export function getMnMajorTmaAlignedTensor(sf: Tensor, options?: MnMajorOptions): Tensor<'float32'> {
  const source = requireTensor(operation, 'sf', sf, sourceTypes);
  if (source.rank !== 2 && source.rank !== 3)
    reject(operation, 'sf of rank 2 or 3', describeList(source.shape));
  const stream = requireStream(
    operation,
    requireOptions(operation, options, noOptions).stream,
    source.device,
  );

  const mnDim = source.rank - 2;
  const alignedMn = getTmaAlignedSize(source.shape[mnDim]!, bytesPerElement('float32'));
  if (startsAligned(source) && hasMnMajorStrides(source, alignedMn)) return source;

  const { device } = source;
  const batches = source.rank === 3 ? source.shape[0]! : 1;
  const k = source.shape[mnDim + 1]!;
  const strides = source.rank === 3 ? [alignedMn * k, 1, alignedMn] : [1, alignedMn];
  const buffer = device.createBuffer({ byteLength: batches * alignedMn * k * bytesPerElement('float32') });
  const destination = new Tensor({ buffer, dtype: 'float32', shape: source.shape, strides });
  if (source.elementCount === 0) return destination;
  try {
    if (device.executesKernels) launchMnMajorCopy(device, source, destination, stream);
    else enqueueHostMnMajorCopy(source, destination, stream);
  } catch (error) {
    buffer.destroy();
    throw error;
  }
  return destination;
}

/** Runs on every GEMM, mostly to find that there is nothing to do: makes no arrays. */
function hasMnMajorStrides({ rank, shape, strides }: Tensor, alignedMn: number): boolean {
  const mnDim = rank - 2;
  return (
    strides[mnDim] === 1 &&
    strides[mnDim + 1] === alignedMn &&
    (rank === 2 || strides[0] === alignedMn * shape[2]!)
  );
}
