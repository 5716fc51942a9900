import { closeSync, openSync, readSync } from 'node:fs';

/** Offsets in the ELF64 little-endian header and in one program header, in bytes (System V ABI, chapters 4 and 5). */
const HEADER_BYTES = 64;
const PROGRAM_TABLE_OFFSET_AT = 32;
const PROGRAM_ENTRY_BYTES_AT = 54;
const PROGRAM_COUNT_AT = 56;
const SEGMENT_TYPE_AT = 0;
const SEGMENT_OFFSET_AT = 8;
const SEGMENT_BYTES_AT = 32;
const SEGMENT_TYPE_NOTE = 4;
const ELF64_LITTLE_ENDIAN = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
const NOTE_HEADER_BYTES = 12;
const NOTE_ALIGNMENT = 4;
const NOTE_TYPE_BUILD_ID = 3;
const NOTE_NAME = 'GNU\0';
/** More than notes ever take; keeps a wrong file from being read as a whole. */
const LONGEST_NOTES_BYTES = 65_536;

/** The hash that the linker left in a library, hexadecimal: another one for other content. `undefined` without one. */
export function elfBuildId(path: string): string | undefined {
  const file = openSync(path, 'r');
  try {
    const header = readAt(file, 0, HEADER_BYTES);
    if (!header.subarray(0, ELF64_LITTLE_ENDIAN.length).equals(ELF64_LITTLE_ENDIAN)) return undefined;
    for (const { offset, bytes } of noteSegments(file, header)) {
      const buildId = findBuildId(readAt(file, offset, Math.min(bytes, LONGEST_NOTES_BYTES)));
      if (buildId !== undefined) return buildId;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

function noteSegments(file: number, header: Buffer): { readonly offset: number; readonly bytes: number }[] {
  const entryBytes = header.readUInt16LE(PROGRAM_ENTRY_BYTES_AT);
  const count = header.readUInt16LE(PROGRAM_COUNT_AT);
  const table = readAt(file, Number(header.readBigUInt64LE(PROGRAM_TABLE_OFFSET_AT)), entryBytes * count);
  const starts = Array.from(
    { length: Math.floor(table.length / entryBytes) },
    (_, index) => index * entryBytes,
  );
  return starts
    .filter((start) => table.readUInt32LE(start + SEGMENT_TYPE_AT) === SEGMENT_TYPE_NOTE)
    .map((start) => ({
      offset: Number(table.readBigUInt64LE(start + SEGMENT_OFFSET_AT)),
      bytes: Number(table.readBigUInt64LE(start + SEGMENT_BYTES_AT)),
    }));
}

function findBuildId(notes: Buffer): string | undefined {
  for (let start = 0; start + NOTE_HEADER_BYTES <= notes.length; ) {
    const nameBytes = notes.readUInt32LE(start);
    const contentBytes = notes.readUInt32LE(start + 4);
    const type = notes.readUInt32LE(start + 8);
    const name = start + NOTE_HEADER_BYTES;
    const content = name + align(nameBytes);
    const isBuildId =
      type === NOTE_TYPE_BUILD_ID && notes.toString('latin1', name, name + nameBytes) === NOTE_NAME;
    if (isBuildId) return notes.toString('hex', content, content + contentBytes);
    start = content + align(contentBytes);
  }
  return undefined;
}

function align(bytes: number): number {
  return Math.ceil(bytes / NOTE_ALIGNMENT) * NOTE_ALIGNMENT;
}

/** Shorter at the end of the file. */
function readAt(file: number, offset: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  return buffer.subarray(0, readSync(file, buffer, 0, bytes, offset));
}
