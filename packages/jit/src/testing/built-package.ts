import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'tsup';

/** This package, bundled as it is published, for tests with processes and threads of their own. */
export interface BuiltPackage {
  readonly directory: string;
  readonly esm: string;
  readonly cjs: string;
  remove(): void;
}

/** `locking`: whether the package finds the module that locks files. */
export async function buildPackage({ locking }: { readonly locking: boolean }): Promise<BuiltPackage> {
  const directory = mkdtempSync(join(tmpdir(), 'dg-jit-built-'));
  await build({
    entry: [join(import.meta.dirname, '../index.ts')],
    outDir: directory,
    config: false,
    format: ['esm', 'cjs'],
    outExtension: ({ format }) => ({ js: format === 'esm' ? '.mjs' : '.cjs' }),
    target: 'node20',
    shims: true,
    silent: true,
  });
  if (locking) linkLocking(directory);
  return {
    directory,
    esm: join(directory, 'index.mjs'),
    cjs: join(directory, 'index.cjs'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function linkLocking(directory: string): void {
  const installed = dirname(createRequire(import.meta.url).resolve('fs-native-extensions'));
  mkdirSync(join(directory, 'node_modules'));
  symlinkSync(installed, join(directory, 'node_modules/fs-native-extensions'));
}
