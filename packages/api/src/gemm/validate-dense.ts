import { isTmaStorable } from '../validation/is-tma-storable.js';
import { requireDimensions } from '../validation/require-dimensions.js';
import type { CheckedOperands } from '../validation/require-operands.js';
import { requireAccumulator, requireOutput } from '../validation/require-output.js';
import { requireTogether } from '../validation/require-together.js';
import type { AnyOptions } from './gemm-options.js';
import { operandMajorOf, operandTypeOf, outputTypeOf } from './problem-fields.js';
import type { ValidGemm } from './valid-gemm.js';

/** Checks D, C, options, devices and overlaps of a dense GEMM. Nothing is built for messages unless a check fails. */
export function validateDense(
  operation: string,
  { a, b, scalesA, scalesB, recipe }: CheckedOperands,
  output: unknown,
  options: AnyOptions,
): ValidGemm {
  const [m, k] = a.shape as readonly [number, number];
  const n = b.shape[0]!;
  requireDimensions(operation, m, n, k);
  const d = requireOutput(operation, output, m, n);
  const c = options.c === undefined ? undefined : requireAccumulator(operation, options.c, d);
  const operands = { a, b, c, d, scalesA, scalesB };
  const { device, stream, launch, settings } = requireTogether(operation, operands, options);
  return {
    device,
    operands,
    stream,
    launch,
    settings,
    problem: {
      kind: 'dense',
      operandType: operandTypeOf(a),
      m,
      n,
      k,
      majorA: operandMajorOf(a),
      majorB: operandMajorOf(b),
      outputType: outputTypeOf(d),
      accumulate: c !== undefined,
      tmaStorable: isTmaStorable(d),
      recipe,
    },
  };
}
