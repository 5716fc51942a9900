import { Tensor } from '../tensor/tensor.js';

const longestListShown = 8;
const longestTextShown = 60;

/** What an error message says about a value that was not wanted. Takes anything and never throws. */
export function describeValue(value: unknown): string {
  try {
    return describeUnguarded(value);
  } catch {
    return 'an object that cannot be inspected';
  }
}

function describeUnguarded(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof Tensor) return `a ${value.dtype} tensor of shape ${describeValue(value.shape)}`;
  if (Array.isArray(value)) {
    const shown = value.slice(0, longestListShown).map(describeValue).join(', ');
    return value.length > longestListShown ? `[${shown}, ...]` : `[${shown}]`;
  }
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.slice(0, longestTextShown));
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'symbol':
      return String(value);
    case 'function':
      return 'a function';
    default:
      return `an object of type ${constructorName(value)}`;
  }
}

function constructorName(value: object): string {
  const name: unknown = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)
    ?.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'unknown';
}
