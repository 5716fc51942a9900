import { DgValidationError } from '@dg/jit';
import { contiguousGemm } from './contiguous-gemm.js';
import { denseGemm } from './dense-gemm.js';
import { type DenseShape, denseShapes } from './dense-shapes.js';
import type { GemmCase } from './gemm-case.js';
import type { GemmOperation } from './gemm-operation.js';
import {
  contiguousShapes,
  type GroupedShape,
  type KGroupedShape,
  kGroupedShapes,
  maskedShapes,
} from './grouped-shape.js';
import { kGroupedGemm } from './k-grouped-gemm.js';
import { maskedGemm } from './masked-gemm.js';

const weightGradientShapes: readonly DenseShape[] = [
  [7168, 2112, 4096],
  [4096, 7168, 4096],
  [7168, 2048, 4096],
];

const tables: Readonly<Record<GemmOperation, readonly (readonly number[])[]>> = {
  fp8_nt_1d2d: denseShapes,
  bf16_nt: denseShapes,
  m_grouped_fp8_contiguous: contiguousShapes,
  m_grouped_bf16_contiguous: contiguousShapes,
  m_grouped_fp8_masked: maskedShapes,
  k_grouped_fp8: kGroupedShapes,
  k_grouped_bf16: kGroupedShapes,
  fp8_nt_1d1d_acc: weightGradientShapes,
};

/** Every product that the table of an operation has. */
export function tableCases(op: GemmOperation): GemmCase[] {
  return tables[op].map((shape) => gemmCase(op, shape));
}

/** How many numbers a shape of an operation has. */
export function shapeRank(op: GemmOperation): 3 | 4 {
  return tables[op][0]!.length === 3 ? 3 : 4;
}

/** The product of any shape: [M, N, K], [groups, mean M, N, K] or [groups, M, N, mean K]. */
export function gemmCase(op: GemmOperation, shape: readonly number[]): GemmCase {
  if (shape.length !== shapeRank(op)) {
    throw new DgValidationError(
      `expected ${shapeRank(op)} numbers for a shape of ${op} but received ${shape.join('x')}`,
    );
  }
  switch (op) {
    case 'fp8_nt_1d2d':
    case 'bf16_nt':
    case 'fp8_nt_1d1d_acc':
      return denseGemm(op, shape as unknown as DenseShape);
    case 'm_grouped_fp8_contiguous':
    case 'm_grouped_bf16_contiguous':
      return contiguousGemm(op, shape as unknown as GroupedShape);
    case 'm_grouped_fp8_masked':
      return maskedGemm(shape as unknown as GroupedShape);
    case 'k_grouped_fp8':
    case 'k_grouped_bf16':
      return kGroupedGemm(op, shape as unknown as KGroupedShape);
  }
}

/** `64x2112x7168,8x4096x6144x7168`. Throws DgValidationError for anything else. */
export function parseShapes(text: string): number[][] {
  return text.split(',').map((part) => {
    if (!/^[1-9]\d*(x[1-9]\d*){2,3}$/.test(part.trim())) {
      throw new DgValidationError(
        `expected MxNxK or GROUPSxMxNxK for a shape but received ${JSON.stringify(part)}`,
      );
    }
    return part.trim().split('x').map(Number);
  });
}
