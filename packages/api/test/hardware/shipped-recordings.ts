import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { HostArray } from '@dg/runtime';
import { bytesOf, type ShippedKernelCase, type ShippedOutput } from './shipped-kernel.js';

/** What hardware made of one case. */
export interface ShippedRecording {
  readonly key: string;
  /** Of all arrays, where every bit is decided. */
  readonly sha256?: string;
  /** Bytes of some rows, in base64, by index. */
  readonly rows?: Readonly<Record<string, string>>;
  /** What went wrong instead. */
  readonly failure?: string;
}

export type ShippedRecordings = Readonly<Record<string, ShippedRecording>>;

export const shippedRecordingsFile = 'shipped-kernels.json';

export function recordShipped(each: ShippedKernelCase, output: ShippedOutput): ShippedRecording {
  const { key, recordedRows } = each;
  if (recordedRows === undefined) return { key, sha256: hashOf(output) };
  const rows = recordedRows.map((row) => [row, encode(rowOf(output, row))] as const);
  return { key, rows: Object.fromEntries(rows) };
}

/** How an output differs from what was recorded; undefined when they agree. */
export function differenceFromShipped(
  each: ShippedKernelCase,
  recording: ShippedRecording | undefined,
  output: ShippedOutput,
): string | undefined {
  if (recording === undefined) return 'expected a recording but received none: record it on hardware';
  if (recording.key !== each.key) {
    return 'expected a recording of these inputs but received one of others: record it again';
  }
  if (recording.failure !== undefined) return `hardware failed: ${recording.failure}`;
  if (each.recordedRows === undefined || each.compareRow === undefined) {
    return recording.sha256 === hashOf(output) ? undefined : 'expected the recorded bits but received others';
  }
  for (const row of each.recordedRows) {
    const text = recording.rows?.[row];
    if (text === undefined) return `expected row ${row} in the recording but received none`;
    const received = rowOf(output, row);
    const difference = each.compareRow(row, decode(text, received), received);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

export function readShippedRecordings(path: string): ShippedRecordings | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as ShippedRecordings) : undefined;
}

export function writeShippedRecordings(path: string, recordings: ShippedRecordings): void {
  const lines = Object.entries(recordings).map(
    ([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`,
  );
  writeFileSync(path, `{\n${lines.join(',\n')}\n}\n`);
}

function rowOf({ arrays: [d], columns }: ShippedOutput, row: number): HostArray {
  return d!.slice(row * columns, (row + 1) * columns);
}

function encode(array: HostArray): string {
  return Buffer.from(bytesOf(array)).toString('base64');
}

/** Into an array of the same type as `like`. */
function decode(text: string, like: HostArray): HostArray {
  const array = like.slice();
  bytesOf(array).set(Buffer.from(text, 'base64'));
  return array;
}

function hashOf({ arrays }: ShippedOutput): string {
  const hash = createHash('sha256');
  for (const array of arrays) hash.update(`${array.byteLength}:`).update(bytesOf(array));
  return hash.digest('hex');
}
