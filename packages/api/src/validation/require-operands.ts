import type { Tensor } from '@dg/runtime';
import type { AnyOptions } from '../gemm/gemm-options.js';
import type { Recipe } from '../problem/recipe.js';
import type { GemmForm } from './operand-form.js';
import { requireFittingB, requireOperand } from './require-operand.js';
import { requireRecipe } from './require-recipe.js';
import { requireRowScales, requireScaled, requireScalesOfB } from './require-scaled.js';

/** A and B as views in NT, checked alone and against each other. */
export interface CheckedOperands {
  readonly a: Tensor;
  readonly b: Tensor;
  /** FP8 only, as the recipe. */
  readonly scalesA: Tensor | undefined;
  readonly scalesB: Tensor | undefined;
  readonly recipe: Recipe | undefined;
}

export function requireBf16Operands(
  operation: string,
  form: GemmForm,
  valueA: unknown,
  valueB: unknown,
): CheckedOperands {
  const a = requireOperand(operation, 'a', valueA, 'bfloat16', form.a);
  const b = requireOperand(operation, 'b', valueB, 'bfloat16', form.b);
  requireFittingB(operation, 'b', form.b, b, a.shape[a.rank - 1]!, groupsOfA(form, a));
  return { a, b, scalesA: undefined, scalesB: undefined, recipe: undefined };
}

export function requireFp8Operands(
  operation: string,
  form: GemmForm,
  valueA: unknown,
  valueB: unknown,
  options: AnyOptions,
): CheckedOperands {
  const given = requireRecipe(operation, options.recipe);
  const scaledA = requireScaled(operation, 'a', valueA);
  const scaledB = requireScaled(operation, 'b', valueB);
  const a = requireOperand(operation, 'a.data', scaledA.data, 'float8_e4m3fn', form.a);
  const b = requireOperand(operation, 'b.data', scaledB.data, 'float8_e4m3fn', form.b);
  requireFittingB(operation, 'b.data', form.b, b, a.shape[a.rank - 1]!, groupsOfA(form, a));
  const scalesA = requireRowScales(operation, 'a.scales', scaledA.scales, form.a, a);
  const { scales: scalesB, recipe } = requireScalesOfB(operation, scaledB.scales, form.b, b, given);
  return { a, b, scalesA, scalesB, recipe };
}

function groupsOfA(form: GemmForm, a: Tensor): number | undefined {
  return form.a.grouped ? a.shape[0]! : undefined;
}
