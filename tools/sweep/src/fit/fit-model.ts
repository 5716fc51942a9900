import { DgValidationError } from '@dg/jit';
import type { GemmConfig } from '@dg/kernels';
import type { GemmProblem } from '../../../../packages/api/src/problem/gemm-problem.js';
import { gemmCase } from '../../../bench/src/gemms/gemm-tables.js';
import { rowsByShape } from '../report/choice-distances.js';
import type { SweepLine } from '../sweep-row.js';
import { libraryConstants, type ModelConstant, type ModelConstants, withModel } from './cost-model.js';
import { type FitOptions, fitConstants } from './fit-constants.js';
import { type LossWeights, type MeasuredShape, type SelectionLoss, selectionLoss } from './selection-loss.js';

export interface ModelFit {
  readonly constants: ModelConstants;
  readonly before: SelectionLoss;
  readonly after: SelectionLoss;
}

/** Of the card that was measured. */
const device = { multiprocessorCount: 132 };

/**
 * Fits some constants of the cost model to the measurements of a sweep.
 *
 * @throws DgValidationError without measurements.
 */
export function fitModel(
  lines: readonly SweepLine[],
  fitted: readonly ModelConstant[],
  weights: LossWeights,
  options: FitOptions = {},
): ModelFit {
  const shapes = measuredShapes(lines);
  if (shapes.length === 0) throw new DgValidationError('expected measurements to fit to but received none');
  const lossOf = (constants: ModelConstants) =>
    withModel(constants, device, (estimate) => selectionLoss(shapes, estimate, weights));
  const start = Object.fromEntries(fitted.map((name) => [name, libraryConstants[name]])) as Record<
    ModelConstant,
    number
  >;
  const found = fitConstants((changed) => lossOf({ ...libraryConstants, ...changed }).loss, start, options);
  const constants = { ...libraryConstants, ...found.constants };
  return { constants, before: lossOf(libraryConstants), after: lossOf(constants) };
}

function measuredShapes(lines: readonly SweepLine[]): MeasuredShape<GemmProblem, GemmConfig>[] {
  return rowsByShape(lines).map((rows) => ({
    problem: gemmCase(rows[0]!.op, rows[0]!.shape).problem,
    measured: rows.map(({ config, us }) => ({ config, us })),
  }));
}
