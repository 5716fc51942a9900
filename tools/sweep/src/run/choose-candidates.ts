import { DgValidationError } from '@dg/jit';
import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import type { SelectionDevice } from '../../../../packages/api/src/config/selection-device.js';
import type { GemmProblem } from '../../../../packages/api/src/problem/gemm-problem.js';
import { allCandidates, estimatedMicroseconds, libraryChoice } from '../library/candidates.js';
import { twoOnAnSm } from '../library/two-on-an-sm.js';

/** Which configurations of a problem are timed; that of the library always is. */
export type CandidateChoice =
  | { readonly kind: 'all' }
  /** Those that the model expects to be the fastest. */
  | { readonly kind: 'top'; readonly count: number }
  /** Kernels that are no candidates: `twoOnAnSm`. */
  | { readonly kind: 'two-on-an-sm' }
  /** Names of candidates, and configurations that need not be among them. */
  | { readonly kind: 'listed'; readonly entries: readonly (string | GemmConfig)[] };

/** `all`, `top:N`, `two-on-an-sm`, or a file with a JSON array of names and configurations. Throws DgValidationError. */
export function parseCandidateChoice(text: string, readFile: (path: string) => string): CandidateChoice {
  if (text === 'all') return { kind: 'all' };
  if (text === 'two-on-an-sm') return { kind: text };
  const top = /^top:([1-9]\d*)$/.exec(text);
  if (top !== null) return { kind: 'top', count: Number(top[1]) };
  const entries = parseJson(readFile(text));
  if (Array.isArray(entries)) return { kind: 'listed', entries };
  throw new DgValidationError(
    `expected a JSON array of names or configurations in ${text} but received something else`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The configurations to time, that of the library first. */
export function chooseCandidates(
  problem: GemmProblem,
  device: SelectionDevice,
  choice: CandidateChoice,
): readonly GemmConfig[] {
  const chosen = libraryChoice(problem, device);
  const others = among(problem, device, choice).filter(
    (config) => gemmConfigName(config) !== gemmConfigName(chosen),
  );
  return [chosen, ...others];
}

function among(
  problem: GemmProblem,
  device: SelectionDevice,
  choice: CandidateChoice,
): readonly GemmConfig[] {
  const all = allCandidates(problem);
  switch (choice.kind) {
    case 'all':
      return all;
    case 'top':
      return all
        .map((config) => ({ config, us: estimatedMicroseconds(problem, config, device) }))
        .sort((x, y) => x.us - y.us)
        .slice(0, choice.count)
        .map(({ config }) => config);
    case 'two-on-an-sm':
      return twoOnAnSm(problem);
    case 'listed':
      return choice.entries.flatMap((entry) =>
        typeof entry === 'string' ? all.filter((config) => gemmConfigName(config) === entry) : [entry],
      );
  }
}
