import {
  type Device,
  describeValue,
  reject,
  requireOnDevice,
  requireTensorOf,
  type Tensor,
} from '@dg/runtime';

/** Returns `value` when it can hold the sizes of groups along K: int32 [G], contiguous, on the device of `of`. */
export function requireKs(operation: string, value: unknown, device: Device, of: string): Tensor<'int32'> {
  const ks = requireTensorOf(operation, 'ks', value, ['int32']);
  requireOnDevice(operation, 'ks', ks, device, of);
  if (ks.rank !== 1 || ks.elementCount === 0) {
    reject(operation, 'ks of shape [G] with at least one group', describeValue(ks.shape));
  }
  if (!ks.isContiguous) reject(operation, 'ks with stride 1', `strides ${describeValue(ks.strides)}`);
  return ks;
}
