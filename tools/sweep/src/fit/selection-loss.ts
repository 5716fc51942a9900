/** The configurations that were measured on one shape. */
export interface MeasuredShape<Problem, Config> {
  readonly problem: Problem;
  readonly measured: readonly { readonly config: Config; readonly us: number }[];
}

export interface LossWeights {
  /** Of the squared logarithm of estimate over measurement, beside that of a choice over the best. */
  readonly error: number;
  /** Of the worst choice, beside the mean of all. */
  readonly worst: number;
}

export const defaultWeights: LossWeights = { error: 0.1, worst: 0.1 };

export interface SelectionLoss {
  readonly loss: number;
  /** Geometric mean and largest of the time of the chosen configuration over that of the best. */
  readonly meanRatio: number;
  readonly worstRatio: number;
  /** Root of the mean squared logarithm of estimate over measurement. */
  readonly logError: number;
}

/** What is lost by taking the configuration with the lowest estimate, and how wrong the estimates are. */
export function selectionLoss<Problem, Config>(
  shapes: readonly MeasuredShape<Problem, Config>[],
  estimateUs: (problem: Problem, config: Config) => number,
  weights: LossWeights = defaultWeights,
): SelectionLoss {
  let squaredErrors = 0;
  let measurements = 0;
  const logRatios = shapes.map(({ problem, measured }) => {
    let chosen = { estimate: Number.POSITIVE_INFINITY, us: Number.NaN };
    let best = Number.POSITIVE_INFINITY;
    for (const { config, us } of measured) {
      const estimate = estimateUs(problem, config);
      if (estimate < chosen.estimate) chosen = { estimate, us };
      best = Math.min(best, us);
      squaredErrors += Math.log(estimate / us) ** 2;
      measurements++;
    }
    return Math.log(chosen.us / best);
  });
  const mean = logRatios.reduce((sum, ratio) => sum + ratio, 0) / logRatios.length;
  const worst = Math.max(...logRatios);
  const meanSquaredError = squaredErrors / measurements;
  return {
    loss: mean + weights.worst * worst + weights.error * meanSquaredError,
    meanRatio: Math.exp(mean),
    worstRatio: Math.exp(worst),
    logError: Math.sqrt(meanSquaredError),
  };
}
