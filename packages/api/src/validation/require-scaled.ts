import type { ScaledTensor } from '@dg/layout';
import { ceilDiv, describeValue, reject, Tensor } from '@dg/runtime';
import { type Recipe, scaleBlockK } from '../problem/recipe.js';
import { inGivenOrder, type OperandForm } from './operand-form.js';
import { requireRank } from './require-rank.js';
import { recipe1d2d, recipes } from './require-recipe.js';

/** Returns `value` when it looks like `{ data, scales }`; the two tensors are checked on their own. */
export function requireScaled(operation: string, argument: string, value: unknown): ScaledTensor {
  if (
    typeof value !== 'object' ||
    value === null ||
    value instanceof Tensor ||
    !('data' in value && 'scales' in value)
  ) {
    reject(operation, `${argument} to be a ScaledTensor { data, scales }`, describeValue(value));
  }
  return value as ScaledTensor;
}

/**
 * Returns `value` as a view [(G,) M or N, ceilDiv(K, 128)] when it has a scale for each (row, 128 of K) of `data`, a view
 * [(G,) M or N, K].
 */
export function requireRowScales(
  operation: string,
  argument: string,
  value: unknown,
  form: OperandForm,
  data: Tensor,
): Tensor {
  const scales = requireRank(operation, argument, value, 'float32', form.grouped ? 3 : 2);
  if (!hasScaleShape(scales, form, data, 1)) {
    reject(operation, `${argument} of shape ${scaleShape(form, data, 1)}`, describeValue(scales.shape));
  }
  return form.kFirst ? scales.transpose() : scales;
}

export interface ScalesOfB {
  readonly scales: Tensor;
  readonly recipe: Recipe;
}

/** As `requireRowScales` for b, by `recipe`; when that is left out, the shape decides, and [1, 128, 128] where both fit. */
export function requireScalesOfB(
  operation: string,
  value: unknown,
  form: OperandForm,
  data: Tensor,
  recipe: Recipe | undefined,
): ScalesOfB {
  const argument = 'b.scales';
  const scales = requireRank(operation, argument, value, 'float32', form.grouped ? 3 : 2);
  const found = recipes.find(
    (each) => (recipe === undefined || each === recipe) && hasScaleShape(scales, form, data, each[1]),
  );
  if (found === undefined) {
    const wanted =
      recipe === undefined
        ? `${scaleShape(form, data, 128)} or ${scaleShape(form, data, 1)}`
        : `${scaleShape(form, data, recipe[1])} for recipe ${describeValue(recipe)}`;
    reject(operation, `${argument} of shape ${wanted}`, describeValue(scales.shape));
  }
  if (found === recipe1d2d) requireStrideOf1(operation, argument, scales);
  return { scales: form.kFirst ? scales.transpose() : scales, recipe: found };
}

/** Kernels read block scales where they are, one after another along one of their dimensions. */
function requireStrideOf1(operation: string, argument: string, scales: Tensor): void {
  const last = scales.rank - 1;
  if (scales.strides[last] === 1 || scales.strides[last - 1] === 1 || scales.elementCount <= 1) return;
  reject(operation, `${argument} with a stride of 1`, `strides ${describeValue(scales.strides)}`);
}

function hasScaleShape(scales: Tensor, form: OperandForm, data: Tensor, rowsPerScale: number): boolean {
  const last = data.rank - 1;
  const mnDim = form.kFirst ? last : last - 1;
  const kDim = form.kFirst ? last - 1 : last;
  return (
    scales.shape[mnDim] === ceilDiv(data.shape[last - 1]!, rowsPerScale) &&
    scales.shape[kDim] === ceilDiv(data.shape[last]!, scaleBlockK) &&
    (!form.grouped || scales.shape[0] === data.shape[0])
  );
}

/** `[2, 3] (ceilDiv(N, 128), ceilDiv(K, 128))`, for messages. */
function scaleShape(form: OperandForm, data: Tensor, rowsPerScale: number): string {
  const last = data.rank - 1;
  const rows = ceilDiv(data.shape[last - 1]!, rowsPerScale);
  const shape = inGivenOrder(form, data.shape[0]!, rows, ceilDiv(data.shape[last]!, scaleBlockK));
  const rowsName = rowsPerScale === 1 ? form.mn : `ceilDiv(${form.mn}, ${rowsPerScale})`;
  return `${describeValue(shape)} (${inGivenOrder(form, 'G', rowsName, 'ceilDiv(K, 128)').join(', ')})`;
}
