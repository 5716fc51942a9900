import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DgUnavailableError } from '@dg/jit';
import { collectModules } from './collect-modules.js';
import { isBundled, isModuleFileBundled, requiredFiles } from './is-bundled.js';
import { listFiles } from './list-files.js';

/** Packages of the bundle that its code imports by name, and where they lie. */
const workspaceLinks = {
  '@dg/kernels': 'kernels',
  '@dg/jit': 'packages/jit',
  '@dg/runtime': 'packages/runtime',
  '@dg/layout': 'packages/layout',
  '@dg/api': 'packages/api',
  '@dg/simulator': 'packages/simulator',
  '@dg/testing': 'tools/testing',
};

/**
 * Lays the bundle out in `stage`, without Node: the repository's built parts where they lie in the repository, the
 * modules that they need, and the files of the root.
 *
 * @throws DgUnavailableError when something that the bundle cannot do without is not built.
 */
export function stageBundle(repository: string, stage: string, commit: string): void {
  const files = listFiles(repository).filter(isBundled);
  const missing = requiredFiles.filter((path) => !files.includes(path));
  if (missing.length > 0) {
    throw new DgUnavailableError(
      'not-built',
      `expected ${missing.join(', ')} for the bundle but found none.`,
      'Build the repository first, with a C++20 compiler, CMake and a CUDA toolkit on PATH.',
    );
  }
  rmSync(stage, { recursive: true, force: true });
  for (const path of files) copy(join(repository, path), join(stage, path));
  for (const { source, destination } of collectModules(
    ['vitest', 'commander', 'cli-progress', 'fs-native-extensions'],
    join(repository, 'tools/gpu-runner'),
  )) {
    for (const path of listFiles(source).filter(isModuleFileBundled)) {
      copy(join(source, path), join(stage, destination, path));
    }
  }
  mkdirSync(join(stage, 'node_modules/@dg'), { recursive: true });
  for (const [name, folder] of Object.entries(workspaceLinks)) {
    symlinkSync(`../../${folder}`, join(stage, 'node_modules', name));
  }
  const ownFiles = join(repository, 'tools/gpu-runner/files');
  for (const path of listFiles(ownFiles)) copy(join(ownFiles, path), join(stage, path));
  chmodSync(join(stage, 'dg'), 0o755);
  writeFileSync(join(stage, 'commit'), `${commit}\n`);
  writeFileSync(join(stage, 'package.json'), '{ "private": true, "type": "module" }\n');
}

function copy(source: string, destination: string): void {
  mkdirSync(dirname(destination), { recursive: true });
  copyFileSync(source, destination);
}
