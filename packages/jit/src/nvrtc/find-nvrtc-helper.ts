import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import { isExecutableFile } from '../toolchain/named-file.js';

const PLATFORM_PACKAGE = `@dg/jit-${process.platform}-${process.arch}`;
const PROGRAM = 'dg-nvrtc';
const OWN_BUILD = join('build', 'Release', PROGRAM);

/**
 * The program that compiles with libnvrtc: from the optional package of this platform, else from this package's own build.
 * @throws DgUnavailableError `nvrtc-helper-not-built`
 */
export function findNvrtcHelper(): string {
  const found = [...inPlatformPackage(), ...inOwnBuild()].find(isExecutableFile);
  if (found !== undefined) return found;
  throw new DgUnavailableError(
    'nvrtc-helper-not-built',
    `expected the program ${PROGRAM} for compiling with NVRTC but received none: the optional package ${PLATFORM_PACKAGE} is not installed, and @dg/jit has no build of it.`,
    'Install the prebuilt package for this platform, or build it with a C++20 compiler (build:native); or unset DG_JIT_USE_NVRTC to compile with nvcc.',
  );
}

function inPlatformPackage(): string[] {
  try {
    return [
      join(dirname(createRequire(import.meta.url).resolve(`${PLATFORM_PACKAGE}/package.json`)), PROGRAM),
    ];
  } catch {
    return [];
  }
}

/** Only of this package: a folder above it may hold anything. */
function inOwnBuild(): string[] {
  // From dist/ and from src/nvrtc/.
  return ['..', '../..']
    .map((up) => fileURLToPath(new URL(up, import.meta.url)))
    .filter(isThisPackage)
    .map((folder) => join(folder, OWN_BUILD));
}

function isThisPackage(folder: string): boolean {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown };
    return manifest.name === '@dg/jit';
  } catch {
    return false;
  }
}
