import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { removeQuietly } from './remove-quietly.js';

const LEFTOVER_AGE_MS = 24 * 60 * 60 * 1000;

/** Removes what killed processes left behind in a folder: whatever is older than a day. */
export function sweepLeftovers(folder: string, now = Date.now()): void {
  for (const name of readNames(folder)) {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && now - stats.mtimeMs > LEFTOVER_AGE_MS) removeQuietly(path);
  }
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
