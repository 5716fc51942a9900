import type { Device } from '@dg/runtime';
import type { SeededRandom } from './seeded-random.js';

/** How large the drawn cases are: `small` for the simulator, with few kernels among them. */
export type CaseSizes = 'small' | 'full';

/** Where a case runs. */
export interface SearchDevices {
  readonly device: Device;
  /** The `cpu` device that results are compared with; undefined when `device` is that. */
  readonly reference: Device | undefined;
}

/** One drawn call of the library, not yet on any device. */
export interface SearchCase {
  /** What is called, and how, in one line. */
  readonly description: string;
  /** Runs the call and throws when anything about it is wrong. */
  check(devices: SearchDevices): Promise<CaseMeasure>;
}

export interface CaseMeasure {
  /** The smallest ε that would have been enough, and of what; undefined where bits have to be equal. */
  readonly epsilon?: { readonly of: string; readonly value: number };
}

/** A function of the library, of which a search draws calls. */
export interface SearchOperation {
  /** The name of the function. */
  readonly name: string;
  /** A right call. */
  draw(random: SeededRandom, sizes: CaseSizes): SearchCase;
  /** A call with one thing wrong, which has to be refused. */
  drawRefused(random: SeededRandom, sizes: CaseSizes): SearchCase;
}
