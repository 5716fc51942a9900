/** Offsets of the ELF64 little-endian header and of one section header, in bytes (System V ABI, chapter 4). */
const ELF_HEADER_BYTES = 64;
const PROGRAM_TABLE_OFFSET_AT = 32;
const SECTION_TABLE_OFFSET_AT = 40;
const PROGRAM_ENTRY_BYTES_AT = 54;
const PROGRAM_COUNT_AT = 56;
const SECTION_ENTRY_BYTES_AT = 58;
const SECTION_COUNT_AT = 60;
const NAME_SECTION_INDEX_AT = 62;
const SECTION_TYPE_AT = 4;
const SECTION_OFFSET_AT = 24;
const SECTION_BYTES_AT = 32;
const SECTION_HEADER_BYTES = 64;
const SECTION_TYPE_NOBITS = 8;
const ELF64_LITTLE_ENDIAN = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]);

/** What is wrong with a cubin, as `expected ... but received ...`; `undefined` when it is whole and has `entry`. */
export function cubinFault(image: Uint8Array, entry: string): string | undefined {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  if (!bytes.subarray(0, ELF64_LITTLE_ENDIAN.length).equals(ELF64_LITTLE_ENDIAN)) {
    return `expected a 64-bit ELF file but received ${describeStart(bytes)}`;
  }
  const tablesEnd = bytes.length < ELF_HEADER_BYTES ? ELF_HEADER_BYTES : endOfTables(bytes);
  if (bytes.length < tablesEnd) return truncated(tablesEnd, bytes);
  const entrySize = bytes.readUInt16LE(SECTION_ENTRY_BYTES_AT);
  if (entrySize !== SECTION_HEADER_BYTES) {
    return `expected section headers of ${SECTION_HEADER_BYTES} bytes but received ${entrySize}`;
  }
  const sections = readSections(bytes);
  const end = Math.max(0, ...sections.map((section) => section.end));
  if (bytes.length < end) return truncated(end, bytes);
  return hasSection(bytes, sections, `.text.${entry}`)
    ? undefined
    : `expected kernel function ${entry} in the cubin but received none of that name`;
}

interface Section {
  readonly nameOffset: number;
  readonly start: number;
  /** Where its bytes in the file end. */
  readonly end: number;
}

function endOfTables(bytes: Buffer): number {
  const programs = bytes.readUInt16LE(PROGRAM_ENTRY_BYTES_AT) * bytes.readUInt16LE(PROGRAM_COUNT_AT);
  const sections = bytes.readUInt16LE(SECTION_ENTRY_BYTES_AT) * bytes.readUInt16LE(SECTION_COUNT_AT);
  return Math.max(
    Number(bytes.readBigUInt64LE(PROGRAM_TABLE_OFFSET_AT)) + programs,
    Number(bytes.readBigUInt64LE(SECTION_TABLE_OFFSET_AT)) + sections,
  );
}

function readSections(bytes: Buffer): readonly Section[] {
  const table = Number(bytes.readBigUInt64LE(SECTION_TABLE_OFFSET_AT));
  return Array.from({ length: bytes.readUInt16LE(SECTION_COUNT_AT) }, (_, index) => {
    const header = table + index * SECTION_HEADER_BYTES;
    const start = Number(bytes.readBigUInt64LE(header + SECTION_OFFSET_AT));
    const isStored = bytes.readUInt32LE(header + SECTION_TYPE_AT) !== SECTION_TYPE_NOBITS;
    const size = isStored ? Number(bytes.readBigUInt64LE(header + SECTION_BYTES_AT)) : 0;
    return { nameOffset: bytes.readUInt32LE(header), start, end: start + size };
  });
}

function hasSection(bytes: Buffer, sections: readonly Section[], name: string): boolean {
  const names = sections[bytes.readUInt16LE(NAME_SECTION_INDEX_AT)];
  if (names === undefined) return false;
  const wanted = Buffer.from(`${name}\0`);
  return sections.some(({ nameOffset }) => {
    const at = names.start + nameOffset;
    return bytes.subarray(at, at + wanted.length).equals(wanted);
  });
}

function truncated(expectedBytes: number, bytes: Buffer): string {
  return `expected at least ${expectedBytes} bytes from the cubin's own tables but received ${bytes.length}`;
}

function describeStart(bytes: Buffer): string {
  return bytes.length === 0
    ? 'an empty file'
    : `one that starts with ${bytes.subarray(0, 8).toString('hex')}`;
}
