const HEADER_BYTES = 64;
const SECTION_HEADER_BYTES = 64;

/** The smallest ELF64 file that looks like a cubin with the kernel function `entry`: its table comes last. */
export function minimalCubin(entry: string, code = 'code'): Buffer {
  const names = Buffer.from(`\0.shstrtab\0.text.${entry}\0`);
  const text = Buffer.from(code);
  const table = HEADER_BYTES + names.length + text.length;
  const header = Buffer.alloc(HEADER_BYTES);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeBigUInt64LE(BigInt(table), 40);
  header.writeUInt16LE(SECTION_HEADER_BYTES, 58);
  header.writeUInt16LE(3, 60);
  header.writeUInt16LE(1, 62);
  return Buffer.concat([
    header,
    names,
    text,
    sectionHeader(0, 0, 0, 0),
    sectionHeader(1, 3, HEADER_BYTES, names.length),
    sectionHeader('.shstrtab'.length + 2, 1, HEADER_BYTES + names.length, text.length),
  ]);
}

function sectionHeader(name: number, type: number, offset: number, bytes: number): Buffer {
  const header = Buffer.alloc(SECTION_HEADER_BYTES);
  header.writeUInt32LE(name, 0);
  header.writeUInt32LE(type, 4);
  header.writeBigUInt64LE(BigInt(offset), 24);
  header.writeBigUInt64LE(BigInt(bytes), 32);
  return header;
}
