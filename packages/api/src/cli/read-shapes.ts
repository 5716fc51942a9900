import { readFileSync } from 'node:fs';
import { DgValidationError } from '@dg/runtime';
import { entryPointNames } from '../warmup/entry-points.js';
import type { WarmupOperation } from '../warmup/warmup-operation.js';

/** Every field, so that a misspelt one is not passed over. */
const fields: Readonly<Record<keyof WarmupOperation, true>> = {
  operation: true,
  m: true,
  n: true,
  k: true,
  groups: true,
  expectedM: true,
  d: true,
  c: true,
  recipe: true,
  layout: true,
  mkAlignment: true,
  numSms: true,
  tcUtil: true,
};

/**
 * The operations of a JSON file: a list of `WarmupOperation`.
 *
 * @throws DgValidationError when the file cannot be read or is something else.
 */
export function readShapes(path: string): WarmupOperation[] {
  const content = parse(path);
  if (!Array.isArray(content)) fail(path, 'a list of operations', content);
  return content.map((value, index) => readOperation(value, `${path}, operation ${index}`));
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new DgValidationError(`expected a JSON file at ${path} but received ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Sizes are checked where they are used. */
function readOperation(value: unknown, place: string): WarmupOperation {
  if (typeof value !== 'object' || value === null) return fail(place, 'an object', value);
  const operation = value as WarmupOperation;
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) fail(place, `one of ${Object.keys(fields).join(', ')}`, unknown);
  if (!entryPointNames.includes(operation.operation)) {
    fail(place, `one of ${entryPointNames.join(', ')} for operation`, operation.operation);
  }
  const { layout, c } = operation;
  if (layout !== undefined && layout !== 'contiguous' && layout !== 'any') {
    fail(place, 'contiguous or any for layout', layout);
  }
  if (c !== undefined && typeof c !== 'boolean') fail(place, 'true or false for c', c);
  return operation;
}

function fail(place: string, expected: string, received: unknown): never {
  throw new DgValidationError(`expected ${expected} in ${place} but received ${JSON.stringify(received)}`);
}
