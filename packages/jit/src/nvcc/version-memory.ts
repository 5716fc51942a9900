import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../cache/build-record.js';
import { makeFolder } from '../cache/make-folder.js';
import type { NvccVersion } from './nvcc-version.js';

const ELF_MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

/**
 * Versions of compilers, kept in the cache: to ask nvcc takes as long as to load ten kernels. A file that was replaced has
 * another identity. Scripts are asked each time, as what they run may change while they stay the same.
 */
export class VersionMemory {
  readonly #folder: string;
  /** Whether what lies there can be believed. */
  readonly #isTrusted: () => boolean;

  constructor(folder: string, isTrusted: () => boolean) {
    this.#folder = folder;
    this.#isTrusted = isTrusted;
  }

  recall(nvcc: string, identity: string): NvccVersion | undefined {
    if (!isProgram(nvcc) || !this.#isTrusted()) return undefined;
    try {
      const kept = JSON.parse(readFileSync(this.#pathOf(identity), 'utf8')) as KeptVersion;
      return kept.identity === identity && isVersion(kept.version) ? kept.version : undefined;
    } catch {
      return undefined;
    }
  }

  /** Where it cannot be kept, the next process asks again. */
  keep(nvcc: string, identity: string, version: NvccVersion): void {
    if (!isProgram(nvcc) || !this.#isTrusted()) return;
    const path = this.#pathOf(identity);
    const half = `${path}.${randomUUID()}`;
    try {
      makeFolder(this.#folder);
      writeFileSync(half, JSON.stringify({ identity, version } satisfies KeptVersion), { mode: 0o644 });
      renameSync(half, path);
    } catch {
      // A read-only cache.
    }
  }

  #pathOf(identity: string): string {
    return join(this.#folder, `${sha256(identity)}.json`);
  }
}

interface KeptVersion {
  readonly identity: string;
  readonly version: NvccVersion;
}

function isVersion({ major, minor, description }: Partial<NvccVersion>): boolean {
  return typeof major === 'number' && typeof minor === 'number' && typeof description === 'string';
}

function isProgram(path: string): boolean {
  const start = Buffer.alloc(ELF_MAGIC.length);
  try {
    const file = openSync(path, 'r');
    try {
      readSync(file, start);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
  return start.equals(ELF_MAGIC);
}
