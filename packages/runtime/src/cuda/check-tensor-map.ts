import { DgValidationError } from '@dg/jit';
import type { TensorMap, TensorMapElement } from '../device/tensor-map.js';

const elementBytes: Record<TensorMapElement, number> = { uint8: 1, bfloat16: 2, float32: 4, int32: 4 };

const maxRank = 5;
const maxDim = 2 ** 32;
const maxStrideBytes = 2 ** 40;
const maxBox = 256;
const alignmentBytes = 16;

/**
 * Throws DgValidationError unless the driver can encode the map (CUDA driver API, cuTensorMapEncodeTiled) and
 * all of it lies within its buffer. Allocates nothing when it is right.
 */
export function checkTensorMap(kernelName: string, index: number, map: TensorMap): void {
  const bytes = elementBytes[map.element];
  if (bytes === undefined)
    fail(kernelName, index, map, `one of ${Object.keys(elementBytes).join(', ')} for element`);
  const rank = map.dims.length;
  if (rank < 1 || rank > maxRank) fail(kernelName, index, map, `1 to ${maxRank} entries for dims`);
  if (map.stridesBytes.length !== rank - 1)
    fail(kernelName, index, map, `${rank - 1} entries for stridesBytes`);
  if (map.box.length !== rank) fail(kernelName, index, map, `${rank} entries for box`);
  if (!Number.isSafeInteger(map.byteOffset) || map.byteOffset < 0 || map.byteOffset % alignmentBytes !== 0) {
    fail(kernelName, index, map, `a multiple of ${alignmentBytes} for byteOffset`);
  }
  let spanBytes = 0;
  for (let dim = 0; dim < rank; dim++) {
    const length = map.dims[dim]!;
    if (!isIntegerIn(length, 1, maxDim)) fail(kernelName, index, map, `1 to 2^32 for dims[${dim}]`);
    if (!isIntegerIn(map.box[dim]!, 1, maxBox))
      fail(kernelName, index, map, `1 to ${maxBox} for box[${dim}]`);
    if (dim === 0) {
      spanBytes = length * bytes;
      continue;
    }
    const stride = map.stridesBytes[dim - 1]!;
    if (!isIntegerIn(stride, 0, maxStrideBytes - 1) || stride % alignmentBytes !== 0) {
      fail(kernelName, index, map, `a multiple of ${alignmentBytes} below 2^40 for stridesBytes[${dim - 1}]`);
    }
    spanBytes += (length - 1) * stride;
  }
  const innerBoxBytes = map.box[0]! * bytes;
  if (innerBoxBytes % alignmentBytes !== 0) {
    fail(kernelName, index, map, `a box whose inner extent is a multiple of ${alignmentBytes} bytes`);
  }
  const swizzle = map.swizzleBytes;
  if (swizzle !== 0 && swizzle !== 32 && swizzle !== 64 && swizzle !== 128)
    fail(kernelName, index, map, '0, 32, 64 or 128 for swizzleBytes');
  if (swizzle !== 0 && innerBoxBytes > swizzle) {
    fail(kernelName, index, map, `a box whose inner extent is at most the swizzle span of ${swizzle} bytes`);
  }
  const l2Promotion = map.l2PromotionBytes;
  if (l2Promotion !== 0 && l2Promotion !== 64 && l2Promotion !== 128 && l2Promotion !== 256) {
    fail(kernelName, index, map, '0, 64, 128 or 256 for l2PromotionBytes');
  }
  if (map.byteOffset + spanBytes > map.buffer.byteLength) {
    fail(kernelName, index, map, `a map within its buffer of ${map.buffer.byteLength} bytes`);
  }
}

function isIntegerIn(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function fail(kernelName: string, index: number, map: TensorMap, expected: string): never {
  throw new DgValidationError(
    `${kernelName}: expected ${expected} for argument ${index} (tensor map) but received ${map.element} ` +
      `dims [${map.dims.join(', ')}], stridesBytes [${map.stridesBytes.join(', ')}], box [${map.box.join(', ')}], ` +
      `byteOffset ${map.byteOffset}, swizzleBytes ${map.swizzleBytes}, l2PromotionBytes ${map.l2PromotionBytes}`,
  );
}
