/** A safetensors file of any header, right or wrong. `headerBytes` is what the file says of its length. */
export function safetensorsBytes(
  header: string | Uint8Array,
  data: Uint8Array,
  headerBytes?: bigint,
): Uint8Array {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(headerBytes ?? BigInt(text.length));
  return Buffer.concat([length, text, data]);
}
