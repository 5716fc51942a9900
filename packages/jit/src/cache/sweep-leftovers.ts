import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errno } from '../errno.js';
import { removeQuietly } from './remove-quietly.js';

const LEFTOVER_AGE_MS = 24 * 60 * 60 * 1000;

/**
 * Removes what killed processes left behind in a folder: whatever is older than a day and does not start with the number
 * of a process that lives. A clock may jump, and then everything looks old.
 */
export function sweepLeftovers(folder: string, now = Date.now()): void {
  for (const name of readNames(folder)) {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined || now - stats.mtimeMs <= LEFTOVER_AGE_MS || hasLivingOwner(name)) continue;
    removeQuietly(path);
  }
}

function hasLivingOwner(name: string): boolean {
  const owner = Number.parseInt(name, 10);
  if (!(owner > 0)) return false;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    // It lives, and belongs to another user.
    return errno(error) === 'EPERM';
  }
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
