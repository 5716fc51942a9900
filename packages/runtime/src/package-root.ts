import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageName = '@dg/runtime';

/**
 * The folder of this package's package.json, found upwards from this file: the sources and the bundle lie
 * at different depths.
 *
 * @throws {Error} when no folder above is the package.
 */
export const packageRoot = (moduleUrl: string = import.meta.url): string => {
  const start = dirname(fileURLToPath(moduleUrl));
  for (let folder = start; ; folder = dirname(folder)) {
    if (nameIn(join(folder, 'package.json')) === packageName) return folder;
    if (folder === dirname(folder)) {
      throw new Error(`expected a package.json of ${packageName} above ${start} but received none`);
    }
  }
};

const nameIn = (manifest: string): unknown => {
  if (!existsSync(manifest)) return undefined;
  const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return (content as { name?: unknown } | null)?.name;
};
