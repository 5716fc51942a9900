import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** An empty file, with the folders above it. */
export function newFile(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  return path;
}
