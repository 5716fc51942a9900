import { describeValue, reject } from '@dg/runtime';
import { bytesPerElement, isSafetensorsDtype } from './dtypes.js';
import { findRepeatedKey } from './repeated-key.js';
import { requireGaplessData } from './require-gapless-data.js';
import type { SafetensorsHeader, TensorEntry } from './tensor-entry.js';

const openingBrace = 0x7b;
const metadataKey = '__metadata__';

/**
 * Reads the JSON header of a safetensors file and checks all that it says against the bytes that follow it. The format:
 * https://huggingface.co/docs/safetensors/index#format
 *
 * @param file named in errors.
 * @param dataBytes what the file has after the header.
 * @throws DgValidationError for whatever is wrong.
 */
export function parseHeader(file: string, header: Uint8Array, dataBytes: number): SafetensorsHeader {
  const members = Object.entries(parseJsonObject(file, header));
  const metadata = members.find(([name]) => name === metadataKey)?.[1];
  const entries = members
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => parseEntry(file, name, value, dataBytes));
  requireGaplessData(file, entries, dataBytes);
  return {
    entries: new Map(entries.map((entry) => [entry.name, entry])),
    metadata: parseMetadata(file, metadata),
  };
}

function parseJsonObject(file: string, header: Uint8Array): object {
  if (header[0] !== openingBrace) {
    reject(file, 'a header that begins with {', describeFirstByte(header));
  }
  const text = decodeUtf8(file, header);
  const value = parseJson(file, text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reject(file, 'a JSON object for the header', describeValue(value));
  }
  const repeated = findRepeatedKey(text);
  if (repeated !== undefined) {
    reject(file, 'each name once in the header', `${describeValue(repeated)} twice`);
  }
  return value;
}

function describeFirstByte(header: Uint8Array): string {
  return header.length === 0 ? 'an empty one' : `byte 0x${header[0]!.toString(16).padStart(2, '0')}`;
}

function decodeUtf8(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    reject(file, 'UTF-8 for the header', 'bytes that are not');
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    reject(file, 'JSON for the header', (error as Error).message);
  }
}

function parseEntry(file: string, name: string, value: unknown, dataBytes: number): TensorEntry {
  const tensor = `tensor ${describeValue(name)}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reject(file, `an object for ${tensor}`, describeValue(value));
  }
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (!isSafetensorsDtype(dtype)) reject(file, `a known dtype for ${tensor}`, describeValue(dtype));
  if (!isListOfSizes(shape)) {
    reject(file, `a list of non-negative integers for the shape of ${tensor}`, describeValue(shape));
  }
  if (!isListOfSizes(offsets) || offsets.length !== 2) {
    reject(file, `two non-negative integers for the data_offsets of ${tensor}`, describeValue(offsets));
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataBytes) {
    reject(
      file,
      `data_offsets of ${tensor} in ascending order within ${dataBytes} bytes of data`,
      describeValue(offsets),
    );
  }
  const bytes = byteCount(shape, bytesPerElement(dtype));
  if (bytes !== end - begin) {
    reject(
      file,
      `${bytes ?? 'at most 2^53'} bytes of data for ${tensor}, ${dtype} ${describeValue(shape)}`,
      `${end - begin} bytes, data_offsets ${describeValue(offsets)}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function isListOfSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Undefined when it is too large to count. */
function byteCount(shape: readonly number[], elementBytes: number): number | undefined {
  if (shape.includes(0)) return 0;
  const bytes = shape.reduce((product, size) => product * size, elementBytes);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function parseMetadata(file: string, value: unknown): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reject(file, `an object for ${metadataKey}`, describeValue(value));
  }
  const wrong = Object.entries(value).find(([, text]) => typeof text !== 'string');
  if (wrong !== undefined) {
    reject(file, `a string for ${describeValue(wrong[0])} of ${metadataKey}`, describeValue(wrong[1]));
  }
  return new Map(Object.entries(value));
}
