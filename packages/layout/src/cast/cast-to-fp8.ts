import type { CastGranularity } from '@dg/kernels';
import {
  describeValue,
  reject,
  requireOptions,
  requireStream,
  requireTensorOf,
  type Tensor,
} from '@dg/runtime';
import type { ScaleType } from '../scales/new-mn-major-tensor.js';
import { requireChoice } from '../validation/require-choice.js';
import { requireContiguousRows } from '../validation/require-layout.js';
import { allocateOutput } from './allocate-output.js';
import type { CastOptions, PackedCastOptions, ScaleLayout } from './cast-options.js';
import type { CastKind, CastProblem } from './cast-problem.js';
import { castScales } from './cast-scales.js';
import { enqueueHostCast } from './host-cast.js';
import { launchCast } from './launch-cast.js';
import { requireOutput } from './require-output.js';
import type { ScaledTensor } from './scaled-tensor.js';

type AnyCastOptions = CastOptions | PackedCastOptions;

const noOptions: AnyCastOptions = {};
const granularities: readonly CastGranularity[] = [128, 32];
const scaleLayouts: readonly ScaleLayout[] = ['row-major', 'mn-major-tma-aligned'];
const packedScaleLayouts: readonly ScaleLayout[] = ['mn-major-tma-aligned'];

/** Validates, allocates what is not given, and enqueues one cast. */
export function castToFp8(
  kind: CastKind,
  x: Tensor,
  options: AnyCastOptions | undefined,
): ScaledTensor<ScaleType> {
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

function castProblem(kind: CastKind, source: Tensor, maybeOptions: AnyCastOptions | undefined): CastProblem {
  const { operation } = kind;
  const x = requireTensorOf(operation, 'x', source, ['bfloat16', 'float32']);
  if (x.rank !== 2 && x.rank !== 3) reject(operation, 'x of rank 2 or 3', `shape ${describeValue(x.shape)}`);
  requireContiguousRows(operation, 'x', x);

  const options = requireOptions(operation, maybeOptions, noOptions);
  const packed = requireChoice<boolean>(operation, 'packed', options.packed, [true, false], false);
  const ue8m0 = requireChoice<boolean>(
    operation,
    'ue8m0',
    options.ue8m0,
    packed ? [true] : [true, false],
    packed,
  );
  const granularity = requireChoice(operation, 'granularity', options.granularity, granularities, 128);
  const layout = requireChoice<ScaleLayout>(
    operation,
    'scaleLayout',
    options.scaleLayout,
    packed ? packedScaleLayouts : scaleLayouts,
    packed ? 'mn-major-tma-aligned' : kind.defaultScaleLayout,
  );
  const stream = requireStream(operation, options.stream, x.device, 'x');

  const group = kind.group(granularity);
  const scales = castScales(kind, group, packed, x.shape.slice(-2) as [number, number]);
  const common = { x, group, scales, ue8m0, stream };
  if (options.out === undefined) return { ...common, ...allocateOutput(x, scales, layout === 'row-major') };
  if (options.scaleLayout !== undefined) {
    reject(operation, 'no scaleLayout when out is given', describeValue(options.scaleLayout));
  }
  const out = requireOutput(operation, options.out, x, scales);
  const [scaleRows, scaleColumns] = scales.extents;
  return { ...common, out, written: { dataColumns: x.shape.at(-1)!, scaleRows, scaleColumns } };
}
