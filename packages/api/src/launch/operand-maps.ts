import {
  type GemmConfig,
  type GemmMajor,
  mmaColumns,
  mnBlock,
  outputBytes,
  stageKBytes,
  storeBoxRows,
  storeSpanBytes,
} from '@dg/kernels';
import { alignUp, bytesPerElement, type Tensor, type TensorMap, type TensorMapElement } from '@dg/runtime';
import { usualPromotionBytes } from './l2-promotion.js';

const operandSwizzleBytes = 128;
const tmaAlignmentBytes = 16;

type L2Promotion = TensorMap['l2PromotionBytes'];

/** Positions of the contiguous dimension and of the lines, after that of the groups, if there is one. */
type Lines = 'rows' | 'columns';

/**
 * A or B, [(G,) rows, K]: boxes of one pipeline stage of K by `boxRows` rows. An MN-major one is cut into blocks of one
 * swizzle span along its rows.
 */
export function operandMap(
  matrix: Tensor,
  boxRows: number,
  major: GemmMajor,
  l2PromotionBytes: L2Promotion = usualPromotionBytes,
): TensorMap {
  const bytes = bytesPerElement(matrix.dtype);
  const element = matrix.dtype === 'bfloat16' ? 'bfloat16' : 'uint8';
  const stageK = stageKBytes / bytes;
  return major === 'k'
    ? linesMap(matrix, 'rows', element, [stageK, boxRows], operandSwizzleBytes, l2PromotionBytes)
    : linesMap(matrix, 'columns', element, [mnBlock, stageK], operandSwizzleBytes, l2PromotionBytes);
}

/** D, [(G,) M, N]: boxes of 64 rows by one swizzle span, as a warpgroup stores them. */
export function outputMap(d: Tensor, config: GemmConfig, isFp8: boolean): TensorMap {
  const spanBytes = storeSpanBytes(mmaColumns(config, isFp8), config.output);
  const bytes = outputBytes[config.output];
  return linesMap(d, 'rows', config.output, [spanBytes / bytes, storeBoxRows], spanBytes);
}

/** Scales [(G,) rows, K-blocks], rows contiguous: boxes of one tile's rows by one K-block. */
export function scalesMap(scales: Tensor, boxRows: number): TensorMap {
  return linesMap(scales, 'columns', 'float32', [boxRows, 1], 0);
}

/** A matrix, or one for each group, as lines of contiguous elements: its rows or its columns. */
function linesMap(
  matrix: Tensor,
  along: Lines,
  element: TensorMapElement,
  box: readonly [number, number],
  swizzleBytes: 0 | 32 | 64 | 128,
  l2PromotionBytes: L2Promotion = usualPromotionBytes,
): TensorMap {
  const rank = matrix.shape.length;
  const [rows, columns] = [rank - 2, rank - 1];
  const [line, contiguous] = along === 'rows' ? [rows, columns] : [columns, rows];
  const bytes = bytesPerElement(matrix.dtype);
  const lines = matrix.shape[line]!;
  const length = matrix.shape[contiguous]!;
  // The pitch of a single line means nothing and may be anything; the map wants a valid one.
  const pitchBytes = lines > 1 ? matrix.strides[line]! * bytes : alignUp(length * bytes, tmaAlignmentBytes);
  const groups = rank === 3 ? matrix.shape[0]! : undefined;
  const groupBytes = groups === 1 ? lines * pitchBytes : matrix.strides[0]! * bytes;
  return {
    buffer: matrix.buffer,
    byteOffset: matrix.byteOffset,
    element,
    dims: groups === undefined ? [length, lines] : [length, lines, groups],
    stridesBytes: groups === undefined ? [pitchBytes] : [pitchBytes, groupBytes],
    box: groups === undefined ? box : [...box, 1],
    swizzleBytes,
    l2PromotionBytes,
  };
}
