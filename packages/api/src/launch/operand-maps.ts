import { type GemmConfig, outputBytes, stageKBytes, storeBoxRows, storeSpanBytes } from '@dg/kernels';
import { bytesPerElement, type Tensor, type TensorMap, type TensorMapElement } from '@dg/runtime';

const operandSwizzleBytes = 128;
const l2PromotionBytes = 256;
const tmaAlignmentBytes = 16;

/** A or B: boxes of `boxRows` rows by one pipeline stage of K. Rows of the matrix are K-major. */
export function operandMap(matrix: Tensor, boxRows: number): TensorMap {
  const bytes = bytesPerElement(matrix.dtype);
  const element = matrix.dtype === 'bfloat16' ? 'bfloat16' : 'uint8';
  return linesMap(matrix, 0, element, bytes, [stageKBytes / bytes, boxRows], operandSwizzleBytes);
}

/** D: boxes of 64 rows by one swizzle span, as a warpgroup stores them. */
export function outputMap(d: Tensor, config: GemmConfig): TensorMap {
  const spanBytes = storeSpanBytes(config.blockN, config.output);
  const bytes = outputBytes[config.output];
  return linesMap(d, 0, config.output, bytes, [spanBytes / bytes, storeBoxRows], spanBytes);
}

/** A's scales [M, K-blocks], M contiguous: boxes of one tile's rows by one K-block. */
export function rowScalesMap(scales: Tensor, blockM: number): TensorMap {
  return linesMap(scales, 1, 'float32', bytesPerElement('float32'), [blockM, 1], 0);
}

/** A matrix as lines of contiguous elements: its rows, or its columns where `lineDim` is 1. */
function linesMap(
  matrix: Tensor,
  lineDim: 0 | 1,
  element: TensorMapElement,
  elementBytes: number,
  box: readonly [number, number],
  swizzleBytes: 0 | 32 | 64 | 128,
): TensorMap {
  const lines = matrix.shape[lineDim]!;
  const length = matrix.shape[1 - lineDim]!;
  // The pitch of a single line means nothing and may be anything; the map wants a valid one.
  const pitchBytes =
    lines > 1 ? matrix.strides[lineDim]! * elementBytes : alignUp(length * elementBytes, tmaAlignmentBytes);
  return {
    buffer: matrix.buffer,
    byteOffset: matrix.byteOffset,
    element,
    dims: [length, lines],
    stridesBytes: [pitchBytes],
    box,
    swizzleBytes,
    l2PromotionBytes,
  };
}

function alignUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
