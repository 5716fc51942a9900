import { DgValidationError } from '@dg/jit';
import { nelderMead } from './nelder-mead.js';

export interface FitOptions {
  /** Times that the search starts anew from the best that it found, with a fresh simplex. */
  readonly restarts?: number;
  readonly evaluationsPerRestart?: number;
}

export interface Fit<Name extends string> {
  readonly constants: Readonly<Record<Name, number>>;
  /** The objective at the start, and at these constants. */
  readonly startLoss: number;
  readonly loss: number;
}

const defaultRestarts = 6;
const defaultEvaluations = 400;
/** Of the logarithms: about a tenth up, then halved with each restart. */
const firstStep = 0.1;
const tolerance = 1e-9;
/** Factors that the last, axis by axis search tries on each constant. */
const factors = [1.2, 1.05, 1.01, 1 / 1.01, 1 / 1.05, 1 / 1.2];

/**
 * Named constants, all above 0, for which an objective is the lowest that is found near `start`: by simplex in their
 * logarithms, then by each constant alone. The objective may have steps.
 *
 * @throws DgValidationError for a start that is not above 0.
 */
export function fitConstants<Name extends string>(
  objective: (constants: Readonly<Record<Name, number>>) => number,
  start: Readonly<Record<Name, number>>,
  { restarts = defaultRestarts, evaluationsPerRestart = defaultEvaluations }: FitOptions = {},
): Fit<Name> {
  const names = Object.keys(start) as Name[];
  for (const name of names) {
    if (!(start[name] > 0)) {
      throw new DgValidationError(`expected a constant above 0 for ${name} but received ${start[name]}`);
    }
  }
  const constantsAt = (logarithms: readonly number[]) =>
    Object.fromEntries(names.map((name, i) => [name, Math.exp(logarithms[i]!)])) as Record<Name, number>;
  const lossAt = (logarithms: readonly number[]) => objective(constantsAt(logarithms));

  const first = names.map((name) => Math.log(start[name]));
  const startLoss = lossAt(first);
  let best = { point: first as readonly number[], value: startLoss };
  for (let restart = 0; restart < restarts; restart++) {
    // In turn to larger and to smaller constants.
    const step = (firstStep / 2 ** Math.floor(restart / 2)) * (restart % 2 === 0 ? 1 : -1);
    const found = nelderMead(lossAt, best.point, { step, mostEvaluations: evaluationsPerRestart, tolerance });
    if (found.value < best.value) best = found;
  }
  best = axisByAxis(lossAt, best);
  return { constants: constantsAt(best.point), startLoss, loss: best.value };
}

interface Found {
  readonly point: readonly number[];
  readonly value: number;
}

function axisByAxis(lossAt: (point: readonly number[]) => number, start: Found): Found {
  let best = start;
  for (let improved = true; improved; ) {
    improved = false;
    for (const axis of start.point.keys()) {
      for (const factor of factors) {
        const point = best.point.map((x, i) => (i === axis ? x + Math.log(factor) : x));
        const value = lossAt(point);
        if (value < best.value - tolerance) {
          best = { point, value };
          improved = true;
        }
      }
    }
  }
  return best;
}
