import { posix } from 'node:path';
import { readRepositoryFile, repositoryFiles } from '../files/repository-files.js';
import { type Import, readImports } from './read-imports.js';

export interface SourceFile {
  /** Relative to the repository. */
  readonly path: string;
  /** Tests and what only they use: not in the published package. */
  readonly isTest: boolean;
  readonly imports: readonly Import[];
}

/** The TypeScript files in src/ and test/ of a package. */
export function packageSources(folder: string): SourceFile[] {
  return repositoryFiles()
    .filter((path) => path.startsWith(`${folder}/src/`) || path.startsWith(`${folder}/test/`))
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({
      path,
      isTest: isTestFile(path),
      imports: readImports(path, readRepositoryFile(path)),
    }));
}

function isTestFile(path: string): boolean {
  return /\.test\.ts$|\/(test|testing|end-to-end)\//.test(path);
}

/** The file that a relative import means, relative to the repository. */
export function resolveImport(importer: string, specifier: string): string {
  return posix.join(posix.dirname(importer), specifier).replace(/\.js$/, '.ts');
}
