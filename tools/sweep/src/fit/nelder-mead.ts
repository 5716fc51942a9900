// Nelder and Mead, "A simplex method for function minimization" (1965), with the usual coefficients.

const reflection = 1;
const expansion = 2;
const contraction = 0.5;
const shrinkage = 0.5;

export interface MinimisationOptions {
  /** Length of the first simplex along every axis. */
  readonly step: number;
  readonly mostEvaluations: number;
  /** Ends when the values at the corners differ by less. */
  readonly tolerance: number;
}

export interface Minimum {
  readonly point: readonly number[];
  readonly value: number;
  readonly evaluations: number;
}

/** A local minimum near `start`. Needs no derivatives, and bears steps and plateaus. */
export function nelderMead(
  objective: (point: readonly number[]) => number,
  start: readonly number[],
  { step, mostEvaluations, tolerance }: MinimisationOptions,
): Minimum {
  let evaluations = 0;
  const corner = (point: readonly number[]) => {
    evaluations++;
    return { point, value: objective(point) };
  };
  let corners = [
    corner(start),
    ...start.map((_, axis) => corner(start.map((x, i) => x + (i === axis ? step : 0)))),
  ];
  for (;;) {
    corners.sort((x, y) => x.value - y.value);
    const [best, worst, secondWorst] = [corners[0]!, corners.at(-1)!, corners.at(-2)!];
    if (evaluations >= mostEvaluations || worst.value - best.value < tolerance) {
      return { ...best, evaluations };
    }
    const centre = start.map((_, axis) => mean(corners.slice(0, -1).map(({ point }) => point[axis]!)));
    /** On the line from the worst corner through the centre of the others, `by` times as far behind it. */
    const beyond = (by: number) => corner(centre.map((x, axis) => x + by * (x - worst.point[axis]!)));

    const reflected = beyond(reflection);
    if (reflected.value < best.value) {
      const expanded = beyond(expansion);
      corners[corners.length - 1] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < secondWorst.value) {
      corners[corners.length - 1] = reflected;
    } else {
      const contracted = beyond(reflected.value < worst.value ? contraction : -contraction);
      if (contracted.value < Math.min(reflected.value, worst.value)) {
        corners[corners.length - 1] = contracted;
      } else {
        const towardsBest = (point: readonly number[]) =>
          point.map((x, axis) => best.point[axis]! + shrinkage * (x - best.point[axis]!));
        corners = [best, ...corners.slice(1).map(({ point }) => corner(towardsBest(point)))];
      }
    }
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
