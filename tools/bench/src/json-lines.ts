import { DgValidationError } from '@dg/jit';

/**
 * Lines of JSON objects. Of several with the same key the last counts.
 *
 * @param what a line is expected to be, for the message.
 * @throws DgValidationError for a line that is no object, or not such a one.
 */
export function readJsonLines<T extends object>(
  text: string,
  what: string,
  isValid: (line: Partial<T>) => boolean,
  keyOf: (line: T) => string,
): T[] {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const value = parseJson(line);
      if (typeof value === 'object' && value !== null && isValid(value)) return value as T;
      throw new DgValidationError(`expected ${what} but received ${line.slice(0, 80)}`);
    });
  return [...new Map(lines.map((line) => [keyOf(line), line])).values()];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller shows the text.
    return undefined;
  }
}
