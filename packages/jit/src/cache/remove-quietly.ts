import { rmSync } from 'node:fs';

/** Removes what may be gone already; what cannot be removed now is left to the next sweep. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another process removes it too.
  }
}
