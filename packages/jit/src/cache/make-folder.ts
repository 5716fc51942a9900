import { mkdirSync } from 'node:fs';

/** As the umask says, but never open to every user, as a umask of 0 would have it. */
const FOLDER_MODE = 0o775;

/** Makes a folder of the cache and those above it. Being there already is no error. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: FOLDER_MODE });
}
