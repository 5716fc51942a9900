import { type FileHandle, open, stat } from 'node:fs/promises';
import { describeValue, reject } from '@dg/runtime';
import { parseHeader } from './parse-header.js';
import type { SafetensorsHeader, TensorEntry } from './tensor-entry.js';

/** Bytes of the number at the start that says how long the header is: 64 bits, little-endian. */
export const lengthBytes = 8;
/** What the format's own library takes at most; the largest models need some megabytes. */
const largestHeaderBytes = 100_000_000;
/** Of one request to the system, which counts in 31 bits. */
const largestReadBytes = 2 ** 30;

/** A safetensors file, of which only the header is in memory. Each tensor is read when it is asked for. */
export class SafetensorsFile {
  readonly path: string;
  readonly header: SafetensorsHeader;
  readonly #handle: FileHandle;
  readonly #dataStart: number;

  private constructor(path: string, handle: FileHandle, header: SafetensorsHeader, dataStart: number) {
    this.path = path;
    this.header = header;
    this.#handle = handle;
    this.#dataStart = dataStart;
  }

  /** @throws DgValidationError when there is no such file, or its header does not hold. */
  static async open(path: string): Promise<SafetensorsFile> {
    const handle = await openForReading(path);
    try {
      const { size } = await handle.stat();
      const headerBytes = await readHeaderLength(path, handle, size);
      const dataStart = lengthBytes + headerBytes;
      const header = parseHeader(
        path,
        await readExactly(path, handle, 'the header', lengthBytes, headerBytes),
        size - dataStart,
      );
      return new SafetensorsFile(path, handle, header, dataStart);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** @throws DgValidationError when the file has no tensor of that name. */
  entry(name: string): TensorEntry {
    const entry = this.header.entries.get(name);
    if (entry !== undefined) return entry;
    reject(
      this.path,
      `a tensor named ${describeValue(name)}`,
      `a file with ${this.header.entries.size} others`,
    );
  }

  /**
   * The bytes of a tensor, in memory of its own, so that views of any element type fit.
   *
   * @throws DgValidationError when the file has become shorter since it was opened.
   */
  async read({ name, begin, end }: TensorEntry): Promise<Uint8Array<ArrayBuffer>> {
    const what = `tensor ${describeValue(name)}`;
    return await readExactly(this.path, this.#handle, what, this.#dataStart + begin, end - begin);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    // Looked at first: opening a pipe waits for somebody to write to it.
    if ((await stat(path)).isFile()) return await open(path, 'r');
  } catch (error) {
    reject(path, 'a file that can be read', (error as Error).message);
  }
  reject(path, 'a file', 'a folder or a device');
}

async function readHeaderLength(path: string, handle: FileHandle, fileBytes: number): Promise<number> {
  if (fileBytes < lengthBytes) {
    reject(path, `at least ${lengthBytes} bytes for a safetensors file`, `${fileBytes}`);
  }
  const bytes = await readExactly(path, handle, 'the length of the header', 0, lengthBytes);
  const length = new DataView(bytes.buffer).getBigUint64(0, true);
  const largest = Math.min(largestHeaderBytes, fileBytes - lengthBytes);
  if (length > largest) {
    reject(path, `a header of at most ${largest} bytes in a file of ${fileBytes}`, `a length of ${length}`);
  }
  return Number(length);
}

async function readExactly(
  path: string,
  handle: FileHandle,
  what: string,
  position: number,
  byteLength: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(byteLength);
  let done = 0;
  while (done < byteLength) {
    const wanted = Math.min(byteLength - done, largestReadBytes);
    const { bytesRead } = await handle.read(bytes, done, wanted, position + done);
    if (bytesRead === 0) reject(path, `${byteLength} bytes for ${what}`, `${done}, then the end of the file`);
    done += bytesRead;
  }
  return bytes;
}
