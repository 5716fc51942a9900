import type { Device, HostArray } from '@dg/runtime';
import type { SeededRandom } from '@dg/testing';
import type { CheckAgainst } from '../support/check-output.js';
import type { EntryPointName } from '../support/entry-points.js';
import type { OperandType } from '../support/number-formats.js';
import type { UploadedGemm } from '../support/uploaded-gemm.js';
import type { DrawnOptions } from './draw-options.js';

/** One call of a GEMM, drawn without its numbers. */
export interface DrawnGemm {
  readonly entry: EntryPointName;
  readonly operandType: OperandType;
  readonly call: DrawnOptions;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** 2 and more where the entry point has none. */
  readonly groups: number;
  /** What else was drawn, in words. */
  readonly description: string;
  drawNumbers(random: SeededRandom): GemmNumbers;
}

/** The numbers of a call, as they are put on any device. */
export interface GemmNumbers {
  upload(device: Device): UploadedGemm;
  /** D, row-major, with zeros where a call may leave anything. */
  meaningful(d: HostArray): HostArray;
  /** Throws when D is wrong; returns the ε that it needed. */
  check(d: HostArray, against: CheckAgainst): number;
}
