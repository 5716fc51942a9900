import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DgUnavailableError } from '@dg/jit';

/** A package to copy. */
export interface CollectedModule {
  readonly source: string;
  /** Relative to the root of the bundle: `node_modules/vite`. */
  readonly destination: string;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/**
 * The packages that `names` need at run time, as `from` resolves them, in a flat layout; a second version of a
 * package lies below the one that needs it. Optional dependencies that are not installed (other platforms) and
 * optional peers are left out.
 *
 * @throws DgUnavailableError when a package that is needed is not installed.
 */
export function collectModules(names: readonly string[], from: string): CollectedModule[] {
  const sourceAt = new Map<string, string>();

  const collect = (name: string, dependant: string, dependantDestination: string, isOptional: boolean) => {
    const source = findModule(name, dependant);
    if (source === undefined) {
      if (isOptional) return;
      throw new DgUnavailableError(
        'module-not-installed',
        `expected the package ${name} for ${dependant} but found none.`,
        'Install the dependencies of the repository.',
      );
    }
    const flat = `node_modules/${name}`;
    const isFlatTaken = sourceAt.has(flat) && sourceAt.get(flat) !== source;
    const destination = isFlatTaken ? `${dependantDestination}/node_modules/${name}` : flat;
    if (sourceAt.has(destination)) return;
    sourceAt.set(destination, source);
    const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest;
    const optional = Object.keys(manifest.optionalDependencies ?? {});
    const required = [...Object.keys(manifest.dependencies ?? {}), ...requiredPeers(manifest)];
    for (const needed of required) collect(needed, source, destination, optional.includes(needed));
    for (const wanted of optional) collect(wanted, source, destination, true);
  };

  for (const name of names) collect(name, realpathSync(from), '.', false);
  return [...sourceAt].map(([destination, source]) => ({ source, destination }));
}

function requiredPeers({ peerDependencies = {}, peerDependenciesMeta = {} }: Manifest): string[] {
  return Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
}

/** As Node looks packages up: `node_modules` of each folder upwards. */
function findModule(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === dirname(folder)) return undefined;
  }
}
