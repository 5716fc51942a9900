import type { Device } from '../device/device.js';
import type { DType } from '../tensor/dtype.js';
import { Tensor } from '../tensor/tensor.js';
import { describeValue } from './describe-value.js';
import { reject } from './reject.js';

/** Returns `value` when it is a tensor that has not been destroyed; `argument` names it in the error. */
export function requireTensor(operation: string, argument: string, value: unknown): Tensor {
  if (!(value instanceof Tensor)) reject(operation, `${argument} to be a Tensor`, describeValue(value));
  if (value.destroyed) reject(operation, `${argument} to be a living tensor`, 'a destroyed one');
  return value;
}

/** As `requireTensor`, for a tensor of one of the dtypes. */
export function requireTensorOf<T extends DType>(
  operation: string,
  argument: string,
  value: unknown,
  dtypes: readonly T[],
): Tensor<T> {
  const tensor = requireTensor(operation, argument, value);
  if (!(dtypes as readonly DType[]).includes(tensor.dtype)) {
    reject(operation, `${argument} of dtype ${dtypes.join(' or ')}`, tensor.dtype);
  }
  return tensor as Tensor<T>;
}

/** Throws unless the tensor lies on the device, that of argument `of`. */
export function requireOnDevice(
  operation: string,
  argument: string,
  tensor: Tensor,
  device: Device,
  of: string,
): void {
  if (tensor.device !== device) {
    reject(
      operation,
      `${argument} on device ${device.name} (that of ${of})`,
      `a tensor on ${tensor.device.name}`,
    );
  }
}
