import type { KGroupedProblem } from '../problem/gemm-problem.js';
import { isTmaStorable } from '../validation/is-tma-storable.js';
import { requireDimensions } from '../validation/require-dimensions.js';
import { requireIndices } from '../validation/require-grouping.js';
import { requireKsHost } from '../validation/require-ks-host.js';
import type { CheckedOperands } from '../validation/require-operands.js';
import { requireAccumulator, requireGroupedOutput } from '../validation/require-output.js';
import { requireTogether } from '../validation/require-together.js';
import type { AnyOptions } from './gemm-options.js';
import { operandMajorOf, operandTypeOf, outputTypeOf } from './problem-fields.js';
import type { ValidGemm } from './valid-gemm.js';

/** What A and B say of the sizes. */
export interface KGroupedExtents {
  readonly m: number;
  readonly n: number;
  readonly sumK: number;
  readonly storage: KGroupedProblem['storage'];
}

const argument = 'ks';

/** Checks D, C, the groups, options, devices and overlaps of a K-grouped GEMM. */
export function validateKGrouped(
  operation: string,
  { a, b, scalesA, scalesB, recipe }: CheckedOperands,
  { m, n, sumK, storage }: KGroupedExtents,
  output: unknown,
  ks: unknown,
  options: AnyOptions,
): ValidGemm {
  const grouping = requireIndices(operation, argument, ks);
  const groups = grouping.shape[0]!;
  requireDimensions(operation, m, n, sumK, groups);
  requireKsHost(operation, options.ksHost, groups, sumK);
  const d = requireGroupedOutput(operation, output, [groups, m, n], 'G from ks, M from a, N from b', [
    'float32',
  ]);
  const c = options.c === undefined ? undefined : requireAccumulator(operation, options.c, d);
  const operands = { a, b, c, d, scalesA, scalesB, grouping };
  const { device, stream, launch, settings } = requireTogether(operation, operands, options, argument);
  return {
    device,
    operands,
    stream,
    launch,
    settings,
    problem: {
      kind: 'k-grouped',
      groups,
      storage,
      operandType: operandTypeOf(a),
      m,
      n,
      k: sumK,
      majorA: operandMajorOf(a),
      majorB: operandMajorOf(b),
      outputType: outputTypeOf(d),
      accumulate: c !== undefined,
      tmaStorable: isTmaStorable(d),
      recipe,
    },
  };
}
