import type { SeededRandom } from '@dg/testing';
import { completeCase, drawInputPitch } from '../support/gemm-case.js';
import { groupLayout } from '../support/group-layout.js';
import { completeMGrouped } from '../support/m-grouped-case.js';
import type { OperandType } from '../support/number-formats.js';
import {
  contiguousNumbers,
  denseNumbers,
  type GemmNumbers,
  kGroupedNumbers,
  maskedNumbers,
} from './gemm-numbers.js';

export type GemmForm = 'dense' | 'contiguous' | 'masked' | 'K-grouped';

export const gemmForms: readonly GemmForm[] = ['dense', 'contiguous', 'masked', 'K-grouped'];

/** A plain case of a form, with groups of different sizes and an empty one; of a tile and a bit where `scale` is 1. */
export function drawForm(
  random: SeededRandom,
  form: GemmForm,
  operandType: OperandType,
  scale: number,
): GemmNumbers {
  const rows = [70 * scale, 0, 33 * scale, 1];
  const [n, k] = [40 * scale, 144 * scale];
  const plain = { operandType, n, data: 'normal' } as const;
  switch (form) {
    case 'dense': {
      const m = 70 * scale;
      const pitch = drawInputPitch(random, operandType, k);
      return denseNumbers(random, completeCase(random, { ...plain, m, k, pitchA: pitch, pitchB: pitch }));
    }
    case 'contiguous': {
      const placed = groupLayout(rows, { layout: 'rows', mkAlignment: 128, order: [2, 0, 3, 1] });
      const given = { ...plain, k, form, groups: rows.length, m: placed.m } as const;
      return contiguousNumbers(random, completeMGrouped(random, given), placed);
    }
    case 'masked': {
      const given = { ...plain, k, form, groups: rows.length, m: 70 * scale } as const;
      return maskedNumbers(random, completeMGrouped(random, given), rows);
    }
    case 'K-grouped': {
      const depths = [256 * scale, 0, 128 * scale];
      const sumK = depths.reduce((sum, depth) => sum + depth);
      const given = { ...plain, m: 70 * scale, sumK, groups: depths.length, storage: 'matrix' } as const;
      const layout = { accumulation: 'in place', majorA: 'mn', majorB: 'mn' } as const;
      return kGroupedNumbers(random, { ...given, ...layout }, depths);
    }
  }
}
