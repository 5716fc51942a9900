import type { CaseSizes, SeededRandom } from '@dg/testing';
import type * as api from '../../src/index.js';
import type { Settings } from '../support/with-settings.js';

/** What a call says besides its operands, without changing its result. */
export interface DrawnOptions {
  readonly options: Pick<
    api.KGroupedOptions,
    'dependentLaunch' | 'constantA' | 'constantB' | 'numSms' | 'tcUtil' | 'ksHost'
  >;
  /** What is set for the device while the call is made, in place of options. */
  readonly settings: Settings;
  /** Whether it is enqueued on a stream of its own. */
  readonly ownStream: boolean;
}

export function drawOptions(random: SeededRandom, sizes: CaseSizes): DrawnOptions {
  const numSms = random.chance(0.3) ? random.pick([1, 2, 3, 8, 64, 131, 132, 1000]) : undefined;
  // Each one can choose another kernel, of which the simulator gets few.
  const tcUtil = sizes === 'full' && random.chance(0.2) ? random.pick([0.1, 0.5, 1]) : undefined;
  const dependentLaunch = random.pick([undefined, false, true]);
  // A and B are uploaded before the call: no kernel writes them.
  const constantB = random.pick([undefined, false, true]);
  const constantA = random.pick([undefined, false, true]);
  const launch = {
    ...(numSms === undefined ? {} : { numSms }),
    ...(tcUtil === undefined ? {} : { tcUtil }),
  };
  const isSet = random.chance(0.3);
  return {
    options: {
      ...(isSet ? {} : launch),
      ...(dependentLaunch === undefined ? {} : { dependentLaunch }),
      ...(constantB === undefined ? {} : { constantB }),
      ...(constantA === undefined ? {} : { constantA }),
    },
    settings: isSet ? launch : {},
    ownStream: random.chance(0.2),
  };
}
