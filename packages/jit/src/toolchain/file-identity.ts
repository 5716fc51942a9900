import { realpathSync, statSync } from 'node:fs';

/**
 * Another text for whatever else lies, or comes to lie, at this path; the file is not read. Throws what node:fs throws where
 * there is none.
 */
export function fileIdentity(path: string): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return [realpathSync(path), dev, ino, size, mtimeNs, ctimeNs].join(':');
}
