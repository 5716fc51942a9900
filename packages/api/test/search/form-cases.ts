import type { SeededRandom } from '@dg/testing';
import { completeCase, drawInputPitch, type GemmCase } from '../support/gemm-case.js';
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

export type GemmForm =
  | 'dense'
  | 'contiguous'
  | 'masked'
  | 'K-grouped'
  | 'K-grouped blocks'
  | 'contiguous psum'
  | 'dense, K split'
  | 'dense, MN-major'
  | 'dense, scales per row of B';

const forms = ['dense', 'contiguous', 'masked', 'K-grouped'] as const;

/** Every form of the operands and groups. */
export const gemmForms: Readonly<Record<OperandType, readonly GemmForm[]>> = {
  float8_e4m3fn: [...forms, 'K-grouped blocks'],
  bfloat16: forms,
};

const variants = ['contiguous psum', 'dense, K split'] as const;

/** Those that take other kernels, or other ways through them, than the plain cases of every form. */
export const formVariants: Readonly<Record<OperandType, readonly GemmForm[]>> = {
  float8_e4m3fn: [...variants, 'dense, MN-major', 'dense, scales per row of B'],
  bfloat16: variants,
};

/** Few rows and a large K: what takes all multiprocessors only when K is split. */
export function splitShape(scale: number): Pick<GemmCase, 'm' | 'n' | 'k'> {
  return { m: 64, n: 40 * scale, k: 1024 + 768 * scale };
}

/** A plain case of a form, with groups of different sizes and an empty one; of a tile and a bit where `scale` is 1. */
export function drawForm(
  random: SeededRandom,
  form: GemmForm,
  operandType: OperandType,
  scale: number,
): GemmNumbers {
  const rows = [70 * scale, 0, 33 * scale, 1];
  const [m, n, k] = [70 * scale, 40 * scale, 144 * scale];
  const plain = { operandType, n, data: 'normal' } as const;
  switch (form) {
    case 'dense': {
      const pitch = drawInputPitch(random, operandType, k);
      return denseNumbers(random, completeCase(random, { ...plain, m, k, pitchA: pitch, pitchB: pitch }));
    }
    case 'dense, K split':
      return denseNumbers(random, completeCase(random, { ...plain, ...splitShape(scale) }));
    case 'dense, MN-major': {
      const majors = { entry: 'tn', majorA: 'mn', majorB: 'mn' } as const;
      const variant = { ...majors, scaleRowsB: 128, recipeGiven: false } as const;
      const pitchA = drawInputPitch(random, operandType, m);
      const pitchB = drawInputPitch(random, operandType, n);
      return denseNumbers(random, completeCase(random, { ...plain, m, k, pitchA, pitchB, variant }));
    }
    case 'dense, scales per row of B': {
      const majors = { entry: 'nt', majorA: 'k', majorB: 'k' } as const;
      const variant = { ...majors, scaleRowsB: 1, recipeGiven: true } as const;
      return denseNumbers(random, completeCase(random, { ...plain, m, k, variant }));
    }
    case 'contiguous':
    case 'contiguous psum': {
      const layout = form === 'contiguous' ? 'rows' : 'psum';
      const order = layout === 'rows' ? [2, 0, 3, 1] : undefined;
      const placed = groupLayout(rows, { layout, mkAlignment: 128, order });
      const given = { ...plain, k, groups: rows.length, m: placed.m, options: { layout } } as const;
      return contiguousNumbers(random, completeMGrouped(random, { ...given, form: 'contiguous' }), placed);
    }
    case 'masked': {
      const given = { ...plain, k, form, groups: rows.length, m } as const;
      return maskedNumbers(random, completeMGrouped(random, given), rows);
    }
    case 'K-grouped':
    case 'K-grouped blocks': {
      const depths = [256 * scale, 0, 128 * scale];
      const sumK = depths.reduce((sum, depth) => sum + depth);
      const storage = form === 'K-grouped' ? 'matrix' : 'blocks';
      const given = { ...plain, m, sumK, groups: depths.length, storage } as const;
      const layout = { accumulation: 'in place', majorA: 'mn', majorB: 'mn' } as const;
      return kGroupedNumbers(random, { ...given, ...layout }, depths);
    }
  }
}
