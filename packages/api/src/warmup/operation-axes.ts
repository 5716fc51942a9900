import { DgValidationError } from '@dg/runtime';
import type { Major, OutputType } from '../problem/gemm-problem.js';
import type { Recipe } from '../problem/recipe.js';
import { requireMkAlignment } from '../settings/mk-alignment.js';
import { recipe1d1d, recipe1d2d, requireRecipe } from '../validation/require-recipe.js';
import type { EntryPoint } from './entry-points.js';
import { type Extent, sizesOf } from './extent.js';
import type { WarmupOperation } from './warmup-operation.js';

/** What a call may vary in, as values of independent axes. */
export interface OperationAxes {
  readonly rows: readonly { readonly m: number; readonly expectedM: number }[];
  readonly columns: readonly Columns[];
  readonly k: readonly number[];
  readonly groups: readonly number[];
  readonly recipe: readonly (Recipe | undefined)[];
  readonly majors: readonly { readonly majorA: Major; readonly majorB: Major }[];
  readonly mkAlignment: readonly number[];
  readonly numSms: readonly (number | undefined)[];
}

interface Columns {
  readonly n: number;
  readonly outputType: OutputType;
  readonly accumulate: boolean;
  readonly tmaStorable: boolean;
}

/** So many combinations are a mistake, such as two wide ranges. */
export const mostCalls = 2 ** 22;

export function refuseCombinations(operation: string, count: string): never {
  throw new DgValidationError(
    `expected at most ${mostCalls} combinations for ${operation} but received ${count}`,
  );
}

/** TMA stores rows of so many bytes, or a multiple. */
const storeUnitBytes = 16;
const defaultMkAlignment = 128;
const bytesOf: Readonly<Record<OutputType, number>> = { bfloat16: 2, float32: 4 };
const majors = ['k', 'mn'] as const;

/** @throws DgValidationError for a field that cannot be. */
export function operationAxes(operation: WarmupOperation, entry: EntryPoint): OperationAxes {
  const { kind } = entry;
  const fields = new Fields(operation);
  fields.allow('groups', kind !== 'dense');
  fields.allow('expectedM', kind === 'm-grouped-masked');
  fields.allow('mkAlignment', kind === 'm-grouped-contiguous');
  fields.allow('recipe', entry.operandType !== 'bfloat16');
  if (kind !== 'dense' && operation.groups === undefined) {
    throw new DgValidationError(`expected groups for ${operation.operation} but received none`);
  }
  return {
    rows: rowsOf(fields, entry),
    columns: fields.sizes('n').flatMap((n) => columnsOf(operation, entry, n)),
    k: fields.sizes('k'),
    groups: fields.sizesOr('groups', [1]),
    recipe: recipesOf(operation, entry),
    majors: majorsOf(operation, entry),
    mkAlignment: fields
      .sizesOr('mkAlignment', [defaultMkAlignment])
      .map((rows) => requireMkAlignment(operation.operation, rows)),
    numSms: fields.sizesOr<number | undefined>('numSms', [undefined]),
  };
}

type ExtentField = 'm' | 'n' | 'k' | 'groups' | 'expectedM' | 'mkAlignment' | 'numSms';

/** The fields of one operation, and errors that name it. */
class Fields {
  readonly #operation: WarmupOperation;

  constructor(operation: WarmupOperation) {
    this.#operation = operation;
  }

  allow(field: ExtentField | 'recipe', applies: boolean): void {
    if (!applies && this.#operation[field] !== undefined) refuse(this.#operation, field);
  }

  sizes(field: ExtentField, otherwise?: Extent): readonly number[] {
    return sizesOf(this.#operation[field] ?? otherwise, `${field} of ${this.#operation.operation}`);
  }

  refuseCount(count: string): never {
    refuseCombinations(this.#operation.operation, count);
  }

  sizesOr<T>(field: ExtentField, otherwise: readonly T[]): readonly (T | number)[] {
    return this.#operation[field] === undefined ? otherwise : this.sizes(field);
  }
}

function refuse(operation: WarmupOperation, field: keyof WarmupOperation): never {
  const received = JSON.stringify(operation[field]);
  throw new DgValidationError(
    `expected another ${field}, or none, for ${operation.operation} but received ${received}`,
  );
}

function rowsOf(fields: Fields, { kind }: EntryPoint): OperationAxes['rows'] {
  const all = fields.sizes('m');
  if (kind !== 'm-grouped-masked') return all.map((m) => ({ m, expectedM: m }));
  const rows: { m: number; expectedM: number }[] = [];
  for (const m of all) {
    // More than fits is taken for as much as fits, by the entry point as well.
    const expected = fields.sizes('expectedM', { from: 1, to: m }).map((size) => Math.min(size, m));
    for (const expectedM of new Set(expected)) rows.push({ m, expectedM });
    if (rows.length > mostCalls) fields.refuseCount(`more than ${mostCalls}`);
  }
  return rows;
}

function columnsOf(operation: WarmupOperation, { kind }: EntryPoint, n: number): readonly Columns[] {
  return outputTypesOf(operation, kind).flatMap((outputType) => {
    const isStorable = (n * bytesOf[outputType]) % storeUnitBytes === 0;
    const stores = isStorable && operation.layout === 'any' ? [true, false] : [isStorable];
    return accumulatesOf(operation, kind).flatMap((accumulate) =>
      stores.map((tmaStorable) => ({ n, outputType, accumulate, tmaStorable })),
    );
  });
}

function outputTypesOf(operation: WarmupOperation, kind: EntryPoint['kind']): readonly OutputType[] {
  const possible: readonly OutputType[] = kind === 'k-grouped' ? ['float32'] : ['bfloat16', 'float32'];
  const asked = operation.d ?? possible;
  const types: readonly OutputType[] = Array.isArray(asked) ? asked : [asked as OutputType];
  return types.every((type) => possible.includes(type)) ? types : refuse(operation, 'd');
}

function accumulatesOf(operation: WarmupOperation, kind: EntryPoint['kind']): readonly boolean[] {
  const takesC = kind === 'dense' || kind === 'k-grouped';
  if (operation.c === undefined) return takesC ? [false, true] : [false];
  return operation.c && !takesC ? refuse(operation, 'c') : [operation.c];
}

function recipesOf(operation: WarmupOperation, entry: EntryPoint): readonly (Recipe | undefined)[] {
  if (entry.operandType === 'bfloat16') return [undefined];
  if (operation.recipe === undefined) return [entry.kind === 'k-grouped' ? recipe1d1d : recipe1d2d];
  const asked: unknown = operation.recipe;
  const list = Array.isArray(asked) && Array.isArray(asked[0]) ? asked : [asked];
  return list.map((recipe) => requireRecipe(operation.operation, recipe));
}

/** FP8 operands are brought into the only major that there is before; their own does not matter to the choice. */
function majorsOf({ layout }: WarmupOperation, { operandType, form }: EntryPoint): OperationAxes['majors'] {
  if (operandType !== 'bfloat16') return [{ majorA: 'k', majorB: 'k' }];
  if (layout === 'any') return majors.flatMap((majorA) => majors.map((majorB) => ({ majorA, majorB })));
  return [{ majorA: form[0] === 'n' ? 'k' : 'mn', majorB: form[1] === 't' ? 'k' : 'mn' }];
}
