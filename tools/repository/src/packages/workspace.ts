import { parse } from 'yaml';
import { readRepositoryFile, repositoryFiles } from '../files/repository-files.js';

type Dependencies = Readonly<Record<string, string>>;

/** What the tests look at in a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly packageManager?: string;
  readonly engines?: { readonly node?: string };
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly files?: readonly string[];
  readonly publishConfig?: { readonly access?: string };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Dependencies;
  readonly devDependencies?: Dependencies;
  readonly peerDependencies?: Dependencies;
  readonly optionalDependencies?: Dependencies;
}

export interface WorkspacePackage {
  /** Relative to the root: `packages/jit`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

interface WorkspaceFile {
  readonly packages: readonly string[];
  readonly catalog: Dependencies;
}

export function readWorkspaceFile(): WorkspaceFile {
  return parse(readRepositoryFile('pnpm-workspace.yaml')) as WorkspaceFile;
}

export function readManifest(folder: string): Manifest {
  const path = folder === '' ? 'package.json' : `${folder}/package.json`;
  return JSON.parse(readRepositoryFile(path)) as Manifest;
}

/** Every package of the workspace but the root. */
export function workspacePackages(): WorkspacePackage[] {
  const patterns = readWorkspaceFile().packages.map((glob) => new RegExp(`^${glob.replace('*', '[^/]+')}$`));
  return repositoryFiles()
    .filter((path) => path.endsWith('/package.json'))
    .map((path) => path.slice(0, -'/package.json'.length))
    .filter((folder) => patterns.some((pattern) => pattern.test(folder)))
    .map((folder) => ({ folder, manifest: readManifest(folder) }));
}

/** What is published. */
export function publicPackages(): WorkspacePackage[] {
  return workspacePackages().filter(({ manifest }) => manifest.private !== true);
}
