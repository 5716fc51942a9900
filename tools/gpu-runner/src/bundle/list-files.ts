import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that hold no file of the project, however large they are. */
const skippedFolders = new Set(['node_modules', '.git', '.turbo', '.bundle']);

/** Files below a folder, relative to it with `/`, sorted. Does not enter modules, git's own folder or links. */
export function listFiles(root: string): string[] {
  const walk = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : walk(path);
      return entry.isFile() ? [path] : [];
    });
  return walk('').sort();
}
