import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { packageRoot } from '../package-root.js';
import type { NativeBinding } from './binding.js';

export type LoadedBinding =
  | { readonly binding: NativeBinding }
  /** One sentence for each place that was tried. */
  | { readonly failure: { readonly causes: readonly string[] } };

let loaded: LoadedBinding | undefined;

/**
 * The native addon: from the optional package of this platform, else from this package's own build.
 * Loaded once per thread; later calls return the same. Never throws. libcuda is not touched before
 * `binding.open()`.
 */
export const loadBinding = (): LoadedBinding => {
  loaded ??= load();
  return loaded;
};

const load = (): LoadedBinding => {
  const require = createRequire(import.meta.url);
  const causes: string[] = [];
  for (const place of [platformPackage, ownBuild]) {
    try {
      const binding = require(place(require)) as NativeBinding;
      binding.initialize(isMainThread);
      return { binding };
    } catch (error) {
      causes.push(firstLine(error));
    }
  }
  return { failure: { causes } };
};

const platformPackage = (require: NodeJS.Require): string => {
  const name = `@dg/runtime-${process.platform}-${process.arch}`;
  try {
    return require.resolve(name);
  } catch {
    throw new Error(`the optional package ${name} is not installed`);
  }
};

const ownBuild = (): string => {
  const path = join(packageRoot(), 'build', 'Release', 'dg_runtime.node');
  if (!existsSync(path)) throw new Error(`${path} is not built`);
  return path;
};

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
