import { requireOptions } from '@dg/runtime';
import type { GemmForm } from '../validation/operand-form.js';
import { requireBf16Operands, requireFp8Operands } from '../validation/require-operands.js';
import { enqueueGemm } from './enqueue-gemm.js';
import { noOptions } from './gemm-options.js';
import { validateMGroupedContiguous } from './validate-m-grouped-contiguous.js';

/** What the M-grouped contiguous FP8 entry points have in common. */
export function mGroupedContiguousFp8Gemm(
  operation: string,
  form: GemmForm,
  a: unknown,
  b: unknown,
  d: unknown,
  groupedLayout: unknown,
  options: unknown,
): void {
  const checkedOptions = requireOptions(operation, options, noOptions);
  const operands = requireFp8Operands(operation, form, a, b, checkedOptions);
  enqueueGemm(validateMGroupedContiguous(operation, operands, d, groupedLayout, checkedOptions));
}

/** As `mGroupedContiguousFp8Gemm`, for BF16. */
export function mGroupedContiguousBf16Gemm(
  operation: string,
  form: GemmForm,
  a: unknown,
  b: unknown,
  d: unknown,
  groupedLayout: unknown,
  options: unknown,
): void {
  const checkedOptions = requireOptions(operation, options, noOptions);
  const operands = requireBf16Operands(operation, form, a, b);
  enqueueGemm(validateMGroupedContiguous(operation, operands, d, groupedLayout, checkedOptions));
}
