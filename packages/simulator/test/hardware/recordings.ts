import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { differenceOf, hexadecimal } from './differences.js';
import { type Probe, probeKey } from './probe.js';

/** What hardware made of one probe. */
export type Recording = { readonly key: string } & (
  | {
      /** The output, deflated, in base64. */
      readonly bytes: string;
    }
  | {
      /** Of an output too large to keep. */
      readonly sha256: string;
      /** 16 bytes of every 1024, deflated, in base64: they say where it differs. */
      readonly sample: string;
    }
  /** What went wrong instead. */
  | { readonly failure: string }
);

/** By the name of the probe. */
export type Recordings = Readonly<Record<string, Recording>>;

/** Deflated bytes: a file stays below 300 KB. */
const largestKeptBytes = 4096;

export function recordOutput(probe: Probe, output: Uint8Array): Recording {
  const key = probeKey(probe);
  const deflated = deflateRawSync(output, { level: 9 });
  // What is compared within a bound cannot be a hash.
  const keeps = probe.comparison.kind === 'bound' || deflated.byteLength <= largestKeptBytes;
  if (keeps) return { key, bytes: deflated.toString('base64') };
  const sample = deflateRawSync(sampleOf(output), { level: 9 }).toString('base64');
  return { key, sha256: sha256Of(output), sample };
}

export function recordFailure(probe: Probe, error: unknown): Recording {
  return { key: probeKey(probe), failure: String((error as Error)?.message ?? error) };
}

/** How an output differs from what was recorded; undefined when they agree. */
export function differenceFromRecording(
  probe: Probe,
  recording: Recording | undefined,
  received: Uint8Array,
): string | undefined {
  if (recording === undefined) return 'expected a recording but received none: record it on hardware';
  if (recording.key !== probeKey(probe)) {
    return 'expected a recording of this probe but received one of an earlier form: record it again';
  }
  if ('failure' in recording) return `hardware failed and the simulator did not: ${recording.failure}`;
  if ('bytes' in recording) return differenceOf(probe, inflate(recording.bytes), received);
  if (recording.sha256 === sha256Of(received)) return undefined;
  return differenceOfSamples(inflate(recording.sample), sampleOf(received));
}

export function readRecordings(path: string): Recordings | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Recordings) : undefined;
}

/** Keeps what the file has of other probes, so that a run may record some of them again. */
export function writeRecordings(path: string, recordings: Recordings): void {
  const all = { ...readRecordings(path), ...recordings };
  const lines = Object.entries(all).map(
    ([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`,
  );
  writeFileSync(path, `{\n${lines.join(',\n')}\n}\n`);
}

const sampleEveryBytes = 1024;
const sampleBytes = 16;

function sampleOf(output: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < output.byteLength; at += sampleEveryBytes) {
    pieces.push(output.subarray(at, at + sampleBytes));
  }
  return Buffer.concat(pieces);
}

function differenceOfSamples(expected: Uint8Array, received: Uint8Array): string {
  const index = expected.findIndex((byte, i) => byte !== received[i]);
  if (index < 0) return 'expected the recorded hash but received another; the sampled bytes agree';
  const start = index - (index % sampleBytes);
  const at = (start / sampleBytes) * sampleEveryBytes;
  const show = (bytes: Uint8Array) => hexadecimal(bytes.subarray(start, start + sampleBytes));
  return `expected the recorded hash but received another; at byte ${at} expected ${show(expected)} but received ${show(received)}`;
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function inflate(text: string): Uint8Array {
  return new Uint8Array(inflateRawSync(Buffer.from(text, 'base64')));
}
