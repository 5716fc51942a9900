import type { CastGranularity } from '@dg/kernels';
import type { Tensor } from '@dg/runtime';
import { ceilDiv } from '../integer-rounding.js';
import { describe, describeList, reject } from '../validation/reject.js';
import { requireChoice, requireOptions, requireStream } from '../validation/require-options.js';
import { requireContiguousRows, requireTensor } from '../validation/require-tensor.js';
import { allocateOutput } from './allocate-output.js';
import type { CastOptions, ScaleLayout } from './cast-options.js';
import type { CastKind, CastProblem } from './cast-problem.js';
import { enqueueHostCast } from './host-cast.js';
import { launchCast } from './launch-cast.js';
import { requireOutput } from './require-output.js';
import type { ScaledTensor } from './scaled-tensor.js';

const noOptions: CastOptions = {};
const granularities: readonly CastGranularity[] = [128, 32];
const scaleLayouts: readonly ScaleLayout[] = ['row-major', 'mn-major-tma-aligned'];

/** Validates, allocates what is not given, and enqueues one cast. */
export function castToFp8(kind: CastKind, x: Tensor, options: CastOptions | undefined): ScaledTensor {
  const problem = castProblem(kind, x, options);
  if (problem.x.elementCount === 0) return problem.out;
  try {
    const { device } = problem.x;
    if (device.executesKernels) launchCast(device, problem);
    else enqueueHostCast(problem);
  } catch (error) {
    if (options?.out === undefined) {
      problem.out.data.destroy();
      problem.out.scales.destroy();
    }
    throw error;
  }
  return problem.out;
}

function castProblem(kind: CastKind, source: Tensor, maybeOptions: CastOptions | undefined): CastProblem {
  const { operation } = kind;
  const x = requireTensor(operation, 'x', source, ['bfloat16', 'float32']);
  if (x.rank !== 2) reject(operation, 'x of rank 2', `shape ${describeList(x.shape)}`);
  requireContiguousRows(operation, 'x', x);

  const options = requireOptions(operation, maybeOptions, noOptions);
  const ue8m0 = requireChoice(operation, 'ue8m0', options.ue8m0, [true, false], false);
  const granularity = requireChoice(operation, 'granularity', options.granularity, granularities, 128);
  const layout = requireChoice(
    operation,
    'scaleLayout',
    options.scaleLayout,
    scaleLayouts,
    kind.defaultScaleLayout,
  );
  const stream = requireStream(operation, options.stream, x.device);

  const group = kind.group(granularity);
  const scaleShape = [ceilDiv(x.shape[0]!, group.rows), ceilDiv(x.shape[1]!, group.columns)] as const;
  const common = { x, group, ue8m0, stream };
  if (options.out === undefined) {
    const alignedDimension = layout === 'row-major' ? undefined : kind.scaleMnDimension;
    return { ...common, ...allocateOutput(x, scaleShape, alignedDimension) };
  }
  if (options.scaleLayout !== undefined) {
    reject(operation, 'no scaleLayout when out is given', describe(options.scaleLayout));
  }
  const out = requireOutput(operation, options.out, x, scaleShape);
  const written = { dataColumns: x.shape[1]!, scaleRows: scaleShape[0], scaleColumns: scaleShape[1] };
  return { ...common, out, written };
}
