import { join, posix } from 'node:path';
import { DgValidationError } from '../errors/dg-validation-error.js';
import type { KernelSource } from '../kernel-source.js';
import type { HeaderReader } from './header-reader.js';
import { type IncludeDirective, scanIncludes } from './scan-includes.js';

/** A header as the cache key sees it: no trace of where its include root lies. */
export interface HeaderRecord {
  /** Relative to its include root. */
  readonly path: string;
  readonly sha256: string;
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
 * Every header below the include roots that `source` reaches, sorted by path. The search is the compiler's: for
 * `"..."` the includer's directory, then the roots in order; for `<...>` the roots only, and what is in none of them
 * belongs to the toolkit, which the compiler's version stands for.
 * @throws DgValidationError when a quoted header is missing, naming it and who includes it.
 */
export function collectHeaders(source: KernelSource, reader: HeaderReader): readonly HeaderRecord[] {
  const records = new Map<string, HeaderRecord>();
  const pending: PendingInclude[] = scanIncludes(source.code, `the source of kernel ${source.name}`).map(
    (directive) => ({ directive, includer: undefined }),
  );
  for (const { directive, includer } of pending) {
    const found = searchPlaces(directive, includer, source.includeRoots)
      .map((place) => ({ place, header: reader.read(join(place.root, place.path)) }))
      .find(({ header }) => header !== undefined);
    if (found?.header === undefined) {
      if (directive.form === 'angled') continue;
      throw missingHeader(directive, includer, source);
    }
    const { place, header } = found;
    const file = join(place.root, place.path);
    if (records.has(file)) continue;
    records.set(file, { path: place.path, sha256: header.sha256 });
    pending.push(...header.includes.map((next) => ({ directive: next, includer: place })));
  }
  return [...records.values()].sort(byPathThenContent);
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
