import type { GemmConfig } from '@dg/kernels';
import { candidatesFor, selectConfig } from '../../../../packages/api/src/config/select-config.js';
import type { SelectionDevice } from '../../../../packages/api/src/config/selection-device.js';
import type { GemmProblem } from '../../../../packages/api/src/problem/gemm-problem.js';

/** What the library's model expects, in microseconds. */
export { estimatedMicroseconds } from '../../../../packages/api/src/config/estimated-microseconds.js';

/** Every configuration that computes the problem rightly, whatever the library would choose. */
export function allCandidates(problem: GemmProblem): readonly GemmConfig[] {
  return candidatesFor(problem).filter(
    // No tile may hold rows of two segments: the rule of the library, which it keeps to itself.
    ({ blockM }) => problem.kind !== 'm-grouped-contiguous' || problem.mkAlignment % blockM === 0,
  );
}

/** What the library chooses. */
export function libraryChoice(problem: GemmProblem, device: SelectionDevice): GemmConfig {
  return selectConfig(problem, device);
}
