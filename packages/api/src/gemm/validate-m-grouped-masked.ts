import { describeValue, reject } from '@dg/runtime';
import { isTmaStorable } from '../validation/is-tma-storable.js';
import { requireDimensions } from '../validation/require-dimensions.js';
import { requireGrouping } from '../validation/require-grouping.js';
import type { CheckedOperands } from '../validation/require-operands.js';
import { requireGroupedOutput, requireNoAccumulator } from '../validation/require-output.js';
import { requireTogether } from '../validation/require-together.js';
import type { AnyOptions } from './gemm-options.js';
import { operandMajorOf, operandTypeOf, outputTypeOf } from './problem-fields.js';
import type { ValidGemm } from './valid-gemm.js';

const argument = 'maskedM';

/** Checks D, the mask, the expectation, options, devices and overlaps of an M-grouped masked GEMM. */
export function validateMGroupedMasked(
  operation: string,
  { a, b, scalesA, scalesB, recipe }: CheckedOperands,
  output: unknown,
  maskedM: unknown,
  expectedM: unknown,
  options: AnyOptions,
): ValidGemm {
  requireNoAccumulator(operation, options);
  const [groups, m, k] = a.shape as readonly [number, number, number];
  const n = b.shape[1]!;
  requireDimensions(operation, m, n, k, groups);
  const d = requireGroupedOutput(operation, output, [groups, m, n], 'G and maxM from a, N from b');
  const grouping = requireGrouping(operation, argument, maskedM, groups, 'G from a');
  const expected = requireExpectedM(operation, expectedM);
  const operands = { a, b, c: undefined, d, scalesA, scalesB, grouping };
  const { device, stream, launch, settings } = requireTogether(operation, operands, options, argument);
  // It comes from an average of the caller's: 0, or more than fits, is as good as the nearest that can be.
  const clamped = Math.max(1, Math.min(expected, m));
  return {
    device,
    operands,
    stream,
    launch,
    settings,
    problem: {
      kind: 'm-grouped-masked',
      groups,
      expectedM: clamped,
      operandType: operandTypeOf(a),
      m,
      n,
      k,
      majorA: operandMajorOf(a),
      majorB: operandMajorOf(b),
      outputType: outputTypeOf(d),
      accumulate: false,
      tmaStorable: isTmaStorable(d),
      recipe,
    },
  };
}

function requireExpectedM(operation: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    reject(operation, 'expectedM to be an integer of at least 0', describeValue(value));
  }
  return value as number;
}
