import type { CaseSizes, SeededRandom } from '@dg/testing';
import type * as api from '../../src/index.js';

/** What a call says besides its operands, without changing its result. */
export interface DrawnOptions {
  readonly options: Pick<
    api.KGroupedOptions,
    'dependentLaunch' | 'constantB' | 'numSms' | 'tcUtil' | 'ksHost'
  >;
  /** Whether it is enqueued on a stream of its own. */
  readonly ownStream: boolean;
}

export function drawOptions(random: SeededRandom, sizes: CaseSizes): DrawnOptions {
  const numSms = random.chance(0.3) ? random.pick([1, 2, 3, 8, 64, 131, 132, 1000]) : undefined;
  // Each one can choose another kernel, of which the simulator gets few.
  const tcUtil = sizes === 'full' && random.chance(0.2) ? random.pick([0.1, 0.5, 1]) : undefined;
  const dependentLaunch = random.pick([undefined, false, true]);
  // B is uploaded before the call: no kernel writes it.
  const constantB = random.pick([undefined, false, true]);
  return {
    options: {
      ...(numSms === undefined ? {} : { numSms }),
      ...(tcUtil === undefined ? {} : { tcUtil }),
      ...(dependentLaunch === undefined ? {} : { dependentLaunch }),
      ...(constantB === undefined ? {} : { constantB }),
    },
    ownStream: random.chance(0.2),
  };
}
