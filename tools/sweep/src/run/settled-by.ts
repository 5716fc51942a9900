import type { SettledOperands } from '../../../../packages/api/src/launch/settled-operands.js';
import type { LaunchVariant } from '../../../bench/src/launch-variant.js';

/** What no launch before may still be writing: B, if it is not said otherwise. The library chooses for products that wait for A. */
export function settledBy({ constantB = true, constantA = false }: LaunchVariant): SettledOperands {
  if (!constantB) return 'none';
  return constantA ? 'all' : 'b';
}
