import { type GemmConfig, outputBytes, stageKBytes, storeBoxRows, storeSpanBytes } from '@dg/kernels';
import { bytesPerElement, type Tensor, type TensorMap, type TensorMapElement } from '@dg/runtime';

const operandSwizzleBytes = 128;
const l2PromotionBytes = 256;
const tmaAlignmentBytes = 16;

/** A or B: boxes of `boxRows` rows by one pipeline stage of K. Rows of the matrix are K-major. */
export function operandMap(matrix: Tensor, boxRows: number): TensorMap {
  const bytes = bytesPerElement(matrix.dtype);
  const element = matrix.dtype === 'bfloat16' ? 'bfloat16' : 'uint8';
  return rowsMap(matrix, element, [stageKBytes / bytes, boxRows], operandSwizzleBytes);
}

/** D: boxes of 64 rows by one swizzle span, as a warpgroup stores them. */
export function outputMap(d: Tensor, config: GemmConfig): TensorMap {
  const spanBytes = storeSpanBytes(config.blockN, config.output);
  return rowsMap(d, config.output, [spanBytes / outputBytes[config.output], storeBoxRows], spanBytes);
}

/** A's scales [M, K-blocks], M contiguous: boxes of one tile's rows by one K-block. */
export function rowScalesMap(scales: Tensor, blockM: number): TensorMap {
  return rowsMap(scales.transpose(), 'float32', [blockM, 1], 0);
}

function rowsMap(
  matrix: Tensor,
  element: TensorMapElement,
  box: readonly [number, number],
  swizzleBytes: 0 | 32 | 64 | 128,
): TensorMap {
  const [rows, columns] = matrix.shape as readonly [number, number];
  const bytes = bytesPerElement(matrix.dtype);
  // The pitch of a single row means nothing and may be anything; the map wants a valid one.
  const pitchBytes = rows > 1 ? matrix.strides[0]! * bytes : alignUp(columns * bytes, tmaAlignmentBytes);
  return {
    buffer: matrix.buffer,
    byteOffset: matrix.byteOffset,
    element,
    dims: [columns, rows],
    stridesBytes: [pitchBytes],
    box,
    swizzleBytes,
    l2PromotionBytes,
  };
}

function alignUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
