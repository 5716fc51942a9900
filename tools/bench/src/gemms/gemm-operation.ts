/**
 * The products of the tables, named as the yardstick names them. `fp8_nt_1d1d_acc` and the K-grouped ones add to a
 * float32 D, as weight gradients do; the others write bfloat16.
 */
export const gemmOperations = [
  'fp8_nt_1d2d',
  'bf16_nt',
  'm_grouped_fp8_contiguous',
  'm_grouped_bf16_contiguous',
  'm_grouped_fp8_masked',
  'k_grouped_fp8',
  'k_grouped_bf16',
  'fp8_nt_1d1d_acc',
] as const;

export type GemmOperation = (typeof gemmOperations)[number];

/** The type of the operands, which decides the rate of the tensor cores and the yardstick. */
export function operandTypeOf(operation: GemmOperation): 'fp8' | 'bf16' {
  return operation.includes('bf16') ? 'bf16' : 'fp8';
}
