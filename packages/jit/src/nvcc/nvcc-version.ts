import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import { compilerEnvironment } from '../toolchain/compiler-environment.js';
import { fileIdentity } from '../toolchain/file-identity.js';
import type { VersionMemory } from './version-memory.js';

/** 12.3 is the first that assembles everything the sm_90a kernels use. */
const OLDEST = { major: 12, minor: 3 } as const;
const VERSION_TIMEOUT_MS = 20_000;

export interface NvccVersion {
  readonly major: number;
  readonly minor: number;
  /** Release and build, as nvcc prints them. Part of the key of every build. */
  readonly description: string;
}

/** Runs `nvcc --version` once per compiler: again only where the file at that path has changed. */
export class NvccVersionReader {
  readonly #known = new Map<string, NvccVersion>();
  readonly #memory: VersionMemory | undefined;

  /** `memory` spares the next process the run as well. */
  constructor(memory?: VersionMemory) {
    this.#memory = memory;
  }

  /**
   * @throws DgUnavailableError `nvcc-too-old` below CUDA 12.3, `nvcc-broken` when it prints no version,
   * `nvcc-not-found` when the file is gone.
   */
  read(nvcc: string): NvccVersion {
    const identity = identityOf(nvcc);
    let version = this.#known.get(identity);
    if (version === undefined) {
      version = this.#memory?.recall(nvcc, identity) ?? readVersion(nvcc);
      assertNewEnough(nvcc, version);
      this.#memory?.keep(nvcc, identity, version);
      this.#known.set(identity, version);
    }
    return version;
  }
}

function identityOf(nvcc: string): string {
  try {
    return fileIdentity(nvcc);
  } catch (error) {
    throw new DgUnavailableError(
      'nvcc-not-found',
      `expected nvcc at ${nvcc} but received ${(error as Error).message}.`,
      'Install the CUDA toolkit again, or name another nvcc.',
      { cause: error },
    );
  }
}

function readVersion(nvcc: string): NvccVersion {
  const outcome = spawnSync(nvcc, ['--version'], {
    encoding: 'utf8',
    timeout: VERSION_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    env: compilerEnvironment(dirname(nvcc), tmpdir()),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const version = outcome.status === 0 ? parseNvccVersion(outcome.stdout) : undefined;
  if (version !== undefined) return version;
  const received =
    outcome.error?.message ??
    `status ${outcome.status ?? outcome.signal}: ${outcome.stdout}${outcome.stderr}`;
  throw new DgUnavailableError(
    'nvcc-broken',
    `expected a CUDA release from ${nvcc} --version but received ${received.trim()}.`,
    'Set DG_JIT_NVCC_COMPILER to the nvcc of a working CUDA toolkit.',
  );
}

function assertNewEnough(nvcc: string, { major, minor }: NvccVersion): void {
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  throw new DgUnavailableError(
    'nvcc-too-old',
    `expected CUDA ${OLDEST.major}.${OLDEST.minor} or newer for ${nvcc} but received ${major}.${minor}.`,
    'Install a newer CUDA toolkit and set DG_JIT_NVCC_COMPILER to its nvcc.',
  );
}

/** Reads the output of `nvcc --version`; `undefined` when it names no release. */
export function parseNvccVersion(output: string): NvccVersion | undefined {
  const release = /\brelease (\d+)\.(\d+), V[\w.]+/.exec(output);
  if (release === null) return undefined;
  const build = /^Build \S+/m.exec(output);
  return {
    major: Number(release[1]),
    minor: Number(release[2]),
    description: build === null ? release[0] : `${release[0]} ${build[0]}`,
  };
}
