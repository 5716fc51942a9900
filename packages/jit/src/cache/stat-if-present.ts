import { type Stats, statSync } from 'node:fs';
import { isAbsence } from '../errno.js';

/** `undefined` where there is nothing. Throws what node:fs throws for other reasons. */
export function statIfPresent(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}
