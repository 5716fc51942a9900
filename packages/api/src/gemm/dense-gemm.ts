import { requireOptions } from '@dg/runtime';
import type { GemmForm } from '../validation/operand-form.js';
import { requireBf16Operands, requireFp8Operands } from '../validation/require-operands.js';
import { enqueueGemm } from './enqueue-gemm.js';
import { noOptions } from './gemm-options.js';
import { validateDense } from './validate-dense.js';

/** What the dense FP8 entry points have in common: everything but the form of their operands. */
export function denseFp8Gemm(
  operation: string,
  form: GemmForm,
  a: unknown,
  b: unknown,
  d: unknown,
  options: unknown,
): void {
  const checkedOptions = requireOptions(operation, options, noOptions);
  const operands = requireFp8Operands(operation, form, a, b, checkedOptions);
  enqueueGemm(validateDense(operation, operands, d, checkedOptions));
}

/** As `denseFp8Gemm`, for BF16. */
export function denseBf16Gemm(
  operation: string,
  form: GemmForm,
  a: unknown,
  b: unknown,
  d: unknown,
  options: unknown,
): void {
  const checkedOptions = requireOptions(operation, options, noOptions);
  const operands = requireBf16Operands(operation, form, a, b);
  enqueueGemm(validateDense(operation, operands, d, checkedOptions));
}
