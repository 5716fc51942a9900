import type { Device, HostArray } from '@dg/runtime';
import type { SeededRandom } from '@dg/testing';
import { type CheckAgainst, checkOutput } from '../support/check-output.js';
import { uploadGemm } from '../support/device-gemm.js';
import { expectUntouched } from '../support/expect-untouched.js';
import type { DataKind, GemmCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import type { GroupLayout } from '../support/group-layout.js';
import { drawKGrouped, type KGroupedCase } from '../support/k-grouped-data.js';
import { checkKGrouped, uploadKGrouped } from '../support/k-grouped-gemm.js';
import type { MGroupedCase } from '../support/m-grouped-case.js';
import { drawMGrouped } from '../support/m-grouped-data.js';
import { checkMGrouped, uploadMGrouped } from '../support/m-grouped-gemm.js';
import { rowsUnderMask } from '../support/rows-under-mask.js';
import type { UploadedGemm } from '../support/uploaded-gemm.js';

/** The numbers of a call, as they are put on any device. */
export interface GemmNumbers {
  readonly data: DataKind;
  upload(device: Device): UploadedGemm;
  /** D, row-major, with zeros where a call may leave anything. */
  meaningful(d: HostArray): HostArray;
  /** Throws when D is wrong; returns the ε that it needed. */
  check(d: HostArray, against: CheckAgainst): number;
}

export function denseNumbers(random: SeededRandom, gemm: GemmCase): GemmNumbers {
  const data = drawData(random, gemm);
  return {
    data: gemm.data,
    upload: (device) => uploadGemm(device, gemm, data),
    meaningful: (d) => d,
    check: (d, against) => checkOutput(gemm, data, d, undefined, against),
  };
}

export function contiguousNumbers(
  random: SeededRandom,
  gemm: MGroupedCase,
  { rows, contents }: GroupLayout,
): GemmNumbers {
  const data = drawMGrouped(random, gemm, rows);
  return {
    data: gemm.data,
    upload: (device) => uploadMGrouped(device, data, contents),
    meaningful: (d) => withoutPadding(d, gemm.n, rows),
    check: (d, against) => checkMGrouped(data, d, rows, against),
  };
}

export function maskedNumbers(
  random: SeededRandom,
  gemm: MGroupedCase,
  masks: readonly number[],
): GemmNumbers {
  const rows = rowsUnderMask(masks, gemm.m);
  const data = drawMGrouped(random, gemm, rows);
  return {
    data: gemm.data,
    upload: (device) => uploadMGrouped(device, data, Int32Array.from(masks)),
    meaningful: (d) => d,
    check: (d, against) => {
      expectUntouched(d, rows, gemm.m, gemm.n);
      return checkMGrouped(data, d, rows, against);
    },
  };
}

/** `depths` is what each group gets, `ks` what the device is told. */
export function kGroupedNumbers(
  random: SeededRandom,
  gemm: KGroupedCase,
  depths: readonly number[],
  ks: readonly number[] = depths,
): GemmNumbers {
  const data = drawKGrouped(random, gemm, depths);
  return {
    data: gemm.data,
    upload: (device) => uploadKGrouped(device, data, ks),
    meaningful: (d) => d,
    check: (d, against) => checkKGrouped(data, d, depths, against),
  };
}

function withoutPadding(d: HostArray, n: number, rows: readonly (readonly number[])[]): HostArray {
  const meaningful = d.slice().fill(0);
  for (const row of rows.flat()) meaningful.set(d.subarray(row * n, (row + 1) * n), row * n);
  return meaningful;
}
