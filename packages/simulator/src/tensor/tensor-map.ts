import { rejectTensor } from './reject-tensor.js';
import { asSwizzleSpan, type SwizzleSpanBytes } from './swizzle.js';

export type SimTensorElement = 'uint8' | 'bfloat16' | 'float32' | 'int32';

/** A tiled tensor map (PTX ISA 5.5) of simulated global memory. Dimension 0 is the contiguous one. */
export interface SimTensorMap {
  /** Simulated global address, a multiple of 16. */
  readonly address: number;
  readonly element: SimTensorElement;
  /** Elements per dimension, 1 to 5 of them, each 1 to 2^32. */
  readonly dims: readonly number[];
  /** Bytes between neighbours in dimension 1 and up: one fewer than dims, multiples of 16, below 2^40. */
  readonly stridesBytes: readonly number[];
  /** Elements per dimension that one copy moves, each 1 to 256. */
  readonly box: readonly number[];
  readonly swizzleBytes: SwizzleSpanBytes;
}

export const tensorMapBytes = 128;
export const tensorMapAlignmentBytes = 64;

/** Bytes that tensor copies count in: alignment of addresses, strides and of the inner box. */
export const copyUnitBytes = 16;

export const simElementBytes: Readonly<Record<SimTensorElement, number>> = {
  uint8: 1,
  bfloat16: 2,
  float32: 4,
  int32: 4,
};

const maxRank = 5;
const maxDim = 2 ** 32;
const maxStrideBytes = 2 ** 40;
const maxBox = 256;

/**
 * Throws DgValidationError that names the broken rule of cuTensorMapEncodeTiled (CUDA driver API), interleave
 * off and element strides of 1. Strides may overlap: the driver takes that.
 */
export function validateTensorMap(map: SimTensorMap): void {
  const elementBytes = simElementBytes[map.element];
  if (elementBytes === undefined)
    rejectTensor('uint8, bfloat16, float32 or int32', 'element of a tensor map', map.element);
  const rank = map.dims.length;
  if (rank < 1 || rank > maxRank)
    rejectTensor(`rank 1 to ${maxRank}`, 'dims of a tensor map', `rank ${rank}`);
  requireLength(map.stridesBytes, rank - 1, 'stridesBytes');
  requireLength(map.box, rank, 'box');
  if (!isMultiple(map.address, copyUnitBytes))
    rejectTensor(`a multiple of ${copyUnitBytes}`, 'address of a tensor map', map.address);
  map.dims.forEach((length, dim) => {
    if (!isIntegerIn(length, 1, maxDim)) rejectTensor('1 to 2^32', `dims[${dim}] of a tensor map`, length);
  });
  map.stridesBytes.forEach((stride, index) => {
    if (!isMultiple(stride, copyUnitBytes) || stride >= maxStrideBytes)
      rejectTensor(
        `a multiple of ${copyUnitBytes} below 2^40`,
        `stridesBytes[${index}] of a tensor map`,
        stride,
      );
  });
  map.box.forEach((length, dim) => {
    if (!isIntegerIn(length, 1, maxBox))
      rejectTensor(`1 to ${maxBox}`, `box[${dim}] of a tensor map`, length);
  });
  validateInnerBox(map.box[0]! * elementBytes, asSwizzleSpan(map.swizzleBytes));
}

function validateInnerBox(innerBytes: number, span: SwizzleSpanBytes): void {
  if (innerBytes % copyUnitBytes !== 0)
    rejectTensor(`a multiple of ${copyUnitBytes} bytes`, 'the inner box of a tensor map', innerBytes);
  if (span !== 0 && innerBytes > span)
    rejectTensor(`at most the swizzle span of ${span} bytes`, 'the inner box of a tensor map', innerBytes);
}

function requireLength(list: readonly number[], length: number, name: string): void {
  if (list.length !== length) rejectTensor(`${length} entries`, `${name} of a tensor map`, list.length);
}

function isMultiple(value: number, of: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value % of === 0;
}

function isIntegerIn(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
