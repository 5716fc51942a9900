import { join, posix } from 'node:path';
import { DgValidationError } from '../errors/dg-validation-error.js';
import type { KernelSource } from '../kernel-source.js';
import type { HeaderFile, HeaderReader } from './header-reader.js';
import { type IncludeDirective, scanIncludes } from './scan-includes.js';

/** A header as the cache key sees it: no trace of where its include root lies. */
export interface HeaderRecord {
  /** Relative to its include root. */
  readonly path: string;
  readonly sha256: string;
}

/** All that a source includes. */
export interface IncludedHeaders {
  /** Below the include roots, sorted by path. */
  readonly own: readonly HeaderRecord[];
  /** The names of those that lie in none of them, and so belong to the toolkit. */
  readonly foreign: readonly string[];
  /** Every place that was looked at, and what was there: while that is the same, so is all of this. */
  readonly places: ReadonlyMap<string, HeaderFile | undefined>;
}

/** A place in the include tree; the source itself lies in no root. */
interface IncludePlace {
  readonly root: string;
  readonly path: string;
}

interface PendingInclude {
  readonly directive: IncludeDirective;
  readonly includer: IncludePlace | undefined;
}

/**
 * The search is the compiler's: for `"..."` the includer's directory, then the roots in order; for `<...>` the roots only,
 * and what is in none of them belongs to the toolkit, which the compiler's version stands for.
 * @throws DgValidationError when a quoted header is missing, naming it and who includes it.
 */
export function collectHeaders(source: KernelSource, reader: HeaderReader): IncludedHeaders {
  const records = new Map<string, HeaderRecord>();
  const foreign = new Set<string>();
  const places = new Map<string, HeaderFile | undefined>();
  const look = (file: string): HeaderFile | undefined => {
    if (!places.has(file)) places.set(file, reader.read(file));
    return places.get(file);
  };
  const pending: PendingInclude[] = scanIncludes(source.code, `the source of kernel ${source.name}`).map(
    (directive) => ({ directive, includer: undefined }),
  );
  for (const { directive, includer } of pending) {
    const found = searchPlaces(directive, includer, source.includeRoots)
      .map((place) => ({ place, file: join(place.root, place.path) }))
      .find(({ file }) => look(file) !== undefined);
    if (found === undefined) {
      if (directive.form === 'quoted') throw missingHeader(directive, includer, source);
      foreign.add(directive.name);
      continue;
    }
    const { place, file } = found;
    if (records.has(file)) continue;
    const header = look(file)!;
    records.set(file, { path: place.path, sha256: header.sha256 });
    pending.push(...header.includes.map((next) => ({ directive: next, includer: place })));
  }
  return { own: [...records.values()].sort(byPathThenContent), foreign: [...foreign].sort(), places };
}

function searchPlaces(
  { name, form }: IncludeDirective,
  includer: IncludePlace | undefined,
  roots: readonly string[],
): readonly IncludePlace[] {
  if (posix.isAbsolute(name)) return [];
  const inRoots = roots.map((root) => ({ root, path: posix.normalize(name) }));
  if (form === 'angled' || includer === undefined) return inRoots;
  const besideIncluder = { root: includer.root, path: posix.join(posix.dirname(includer.path), name) };
  return [besideIncluder, ...inRoots];
}

function missingHeader(
  { name }: IncludeDirective,
  includer: IncludePlace | undefined,
  source: KernelSource,
): DgValidationError {
  const origin = includer === undefined ? 'its source' : join(includer.root, includer.path);
  const roots = source.includeRoots.length === 0 ? 'no include roots' : source.includeRoots.join(', ');
  return new DgValidationError(
    `expected header "${name}", included by ${origin}, for kernel ${source.name} but received no such file in ${roots}; headers of the toolkit are included with <...>`,
  );
}

function byPathThenContent(a: HeaderRecord, b: HeaderRecord): number {
  const [left, right] = [`${a.path}\0${a.sha256}`, `${b.path}\0${b.sha256}`];
  return left < right ? -1 : Number(left > right);
}
