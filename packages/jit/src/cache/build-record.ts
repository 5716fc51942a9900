import { createHash } from 'node:crypto';
import type { CompilerKind } from '../toolchain/toolchain.js';
import { CACHE_FORMAT_VERSION } from './store-layout.js';

/** What is known about an image besides its bytes. */
export interface BuildFacts {
  /** Of the kernel. */
  readonly name: string;
  readonly entry: string;
  readonly architecture: string;
  readonly output: string;
  readonly requestKey: string;
  readonly key: string;
  readonly compiler: CompilerKind;
  /** Release and build of the compiler. */
  readonly compilerVersion: string;
  /** Placeholders stand for the paths of the machine that compiled it. */
  readonly command: readonly string[];
  readonly log: string;
}

/** `build.json` of an entry. */
export interface BuildRecord extends BuildFacts {
  readonly formatVersion: number;
  readonly sha256: string;
  readonly byteLength: number;
  /** ISO 8601. */
  readonly date: string;
}

export const BUILD_FILE = 'build.json';

/** Enough of a key for the name of a folder that holds one build for each compiler. */
const BUILD_NAME_DIGITS = 16;

/** The folder of all builds of a request. */
export function requestFolder(name: string, requestKey: string): string {
  return `${name}.${requestKey}`;
}

/** The folder of a build in it. */
export function buildFolder(compiler: CompilerKind, key: string): string {
  return `${compiler}-${key.slice(0, BUILD_NAME_DIGITS)}`;
}

export function makeBuildRecord(facts: BuildFacts, image: Uint8Array): BuildRecord {
  return {
    formatVersion: CACHE_FORMAT_VERSION,
    ...facts,
    sha256: sha256(image),
    byteLength: image.byteLength,
    date: new Date().toISOString(),
  };
}

/** @throws Error when `text` is no whole record of this form. */
export function parseBuildRecord(text: string): BuildRecord {
  const record = JSON.parse(text) as Partial<BuildRecord> | null;
  const texts = [record?.log, record?.sha256, record?.key, record?.requestKey, record?.date];
  if (
    record?.formatVersion !== CACHE_FORMAT_VERSION ||
    typeof record.byteLength !== 'number' ||
    !Array.isArray(record.command) ||
    texts.some((value) => typeof value !== 'string')
  ) {
    throw new Error(`expected a build record of format ${CACHE_FORMAT_VERSION} in ${BUILD_FILE}`);
  }
  return record as BuildRecord;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
