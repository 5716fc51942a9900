import { hostBytes, type Tensor } from '@dg/runtime';

/** The 4-byte elements of a `cpu` tensor as bits, from its first to the end of its buffer. */
export function hostWords(tensor: Tensor): Uint32Array {
  const bytes = hostBytes(tensor.buffer);
  const start = bytes.byteOffset + tensor.byteOffset;
  const words = Math.floor((bytes.byteLength - tensor.byteOffset) / Uint32Array.BYTES_PER_ELEMENT);
  return new Uint32Array(bytes.buffer, start, words);
}
