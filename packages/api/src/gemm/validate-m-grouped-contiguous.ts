import { describeValue, reject } from '@dg/runtime';
import type { ContiguousLayout } from '../problem/gemm-problem.js';
import { resolveMkAlignment } from '../settings/mk-alignment.js';
import { isTmaStorable } from '../validation/is-tma-storable.js';
import { requireDimensions } from '../validation/require-dimensions.js';
import { requireGrouping } from '../validation/require-grouping.js';
import type { CheckedOperands } from '../validation/require-operands.js';
import { requireNoAccumulator, requireOutput } from '../validation/require-output.js';
import { requireTogether } from '../validation/require-together.js';
import type { AnyOptions } from './gemm-options.js';
import { operandMajorOf, operandTypeOf, outputTypeOf } from './problem-fields.js';
import type { ValidGemm } from './valid-gemm.js';

const argument = 'groupedLayout';

/** Checks D, the layout of the groups, options, devices and overlaps of an M-grouped contiguous GEMM. */
export function validateMGroupedContiguous(
  operation: string,
  { a, b, scalesA, scalesB, recipe }: CheckedOperands,
  output: unknown,
  groupedLayout: unknown,
  options: AnyOptions,
): ValidGemm {
  requireNoAccumulator(operation, options);
  const layout = requireLayout(operation, options.layout);
  const [m, k] = a.shape as readonly [number, number];
  const [groups, n] = b.shape as readonly [number, number];
  requireDimensions(operation, m, n, k, groups);
  const d = requireOutput(operation, output, m, n);
  const grouping =
    layout === 'rows'
      ? requireGrouping(operation, argument, groupedLayout, m, 'M from a')
      : requireGrouping(operation, argument, groupedLayout, groups, 'G from b, as layout is psum');
  const operands = { a, b, c: undefined, d, scalesA, scalesB, grouping };
  const { device, stream, launch, settings } = requireTogether(operation, operands, options, argument);
  const mkAlignment = resolveMkAlignment(operation, options.mkAlignment, device);
  return {
    device,
    operands,
    stream,
    launch,
    settings,
    problem: {
      kind: 'm-grouped-contiguous',
      groups,
      layout,
      mkAlignment,
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

function requireLayout(operation: string, value: unknown): ContiguousLayout {
  if (value === undefined || value === 'rows') return 'rows';
  if (value !== 'psum') reject(operation, 'layout to be "rows" or "psum"', describeValue(value));
  return value;
}
