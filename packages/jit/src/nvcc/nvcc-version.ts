import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Environment } from '../environment-variables.js';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import { nvccProcessEnvironment } from './nvcc-process-environment.js';

/** 12.3 is the first that assembles everything the sm_90a kernels use. */
const OLDEST = { major: 12, minor: 3 } as const;
const VERSION_TIMEOUT_MS = 20_000;

export interface NvccVersion {
  readonly major: number;
  readonly minor: number;
  /** Release and build, as nvcc prints them. Part of every cache key. */
  readonly description: string;
}

/** Runs `nvcc --version` once per compiler: again only where the file at that path has changed. */
export class NvccVersionReader {
  readonly #known = new Map<string, NvccVersion>();

  /**
   * @throws DgUnavailableError `nvcc-too-old` below CUDA 12.3, `nvcc-broken` when it prints no version.
   */
  read(nvcc: string, env: Environment): NvccVersion {
    const { mtimeNs, size } = statSync(nvcc, { bigint: true });
    const identity = `${nvcc}:${mtimeNs}:${size}`;
    const version = this.#known.get(identity) ?? readVersion(nvcc, env);
    this.#known.set(identity, version);
    return version;
  }
}

function readVersion(nvcc: string, env: Environment): NvccVersion {
  const outcome = spawnSync(nvcc, ['--version'], {
    encoding: 'utf8',
    timeout: VERSION_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    env: nvccProcessEnvironment(nvcc, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const version = outcome.status === 0 ? parseNvccVersion(outcome.stdout) : undefined;
  if (version === undefined) {
    const received =
      outcome.error?.message ??
      `status ${outcome.status ?? outcome.signal}: ${outcome.stdout}${outcome.stderr}`;
    throw new DgUnavailableError(
      'nvcc-broken',
      `expected a CUDA release from ${nvcc} --version but received ${received.trim()}.`,
      'Set DG_JIT_NVCC_COMPILER to the nvcc of a working CUDA toolkit.',
    );
  }
  const isTooOld =
    version.major < OLDEST.major || (version.major === OLDEST.major && version.minor < OLDEST.minor);
  if (isTooOld) {
    throw new DgUnavailableError(
      'nvcc-too-old',
      `expected CUDA ${OLDEST.major}.${OLDEST.minor} or newer for ${nvcc} but received ${version.major}.${version.minor}.`,
      'Install a newer CUDA toolkit and set DG_JIT_NVCC_COMPILER to its nvcc.',
    );
  }
  return version;
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
