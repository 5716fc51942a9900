import { open } from 'node:fs/promises';
import { reject } from '@dg/runtime';
import { bytesPerElement, type SafetensorsDtype } from './dtypes.js';
import { lengthBytes } from './safetensors-file.js';

export interface TensorToWrite {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Makes the elements, when it is their turn to be written: a model need not be in memory as a whole. */
  readonly data: () => Uint8Array;
}

const headerMultiple = 8;
const space = ' ';

/**
 * Writes a safetensors file, replacing one that is there. Tensors of larger elements come first, so that the data of each
 * start at a multiple of its element.
 *
 * @throws DgValidationError when a tensor makes more or fewer bytes than its shape says.
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const ordered = [...tensors].sort((x, y) => bytesPerElement(y.dtype) - bytesPerElement(x.dtype));
  const file = await open(path, 'w');
  try {
    await file.writeFile(headerOf(ordered, metadata));
    for (const tensor of ordered) {
      const data = tensor.data();
      if (data.byteLength !== byteLengthOf(tensor)) {
        reject(path, `${byteLengthOf(tensor)} bytes for tensor ${tensor.name}`, `${data.byteLength}`);
      }
      await file.writeFile(data);
    }
  } finally {
    await file.close();
  }
}

function headerOf(tensors: readonly TensorToWrite[], metadata: Readonly<Record<string, string>>): Uint8Array {
  let end = 0;
  const entries = tensors.map((tensor) => {
    const begin = end;
    end += byteLengthOf(tensor);
    const { name, dtype, shape } = tensor;
    return [name, { dtype, shape, data_offsets: [begin, end] }] as const;
  });
  const json = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const padding = space.repeat((headerMultiple - (json.length % headerMultiple)) % headerMultiple);
  const length = Buffer.alloc(lengthBytes);
  length.writeBigUInt64LE(BigInt(json.length + padding.length));
  return Buffer.concat([length, json, Buffer.from(padding)]);
}

function byteLengthOf({ dtype, shape }: TensorToWrite): number {
  return shape.reduce((product, size) => product * size, bytesPerElement(dtype));
}
