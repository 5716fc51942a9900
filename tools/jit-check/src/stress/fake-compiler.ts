import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A compiler in place of nvcc: quick to run in numbers, slow enough to be killed over, and it shows who ran it. */
export interface FakeCompiler {
  readonly path: string;
  /** Gets the name of the kernel for each run. */
  readonly runsFile: string;
}

/** Of a kernel function `k` without code, with room for what follows. */
function elfFile(): Buffer {
  const names = Buffer.from('\0.shstrtab\0.text.k\0');
  const headerBytes = 64;
  const header = Buffer.alloc(headerBytes);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeBigUInt64LE(BigInt(headerBytes + names.length), 40);
  header.writeUInt16LE(headerBytes, 58);
  header.writeUInt16LE(3, 60);
  header.writeUInt16LE(1, 62);
  const sections = [
    [0, 0, 0],
    [1, 3, names.length],
    [11, 1, 1],
  ].map(([name, type, bytes]) => {
    const section = Buffer.alloc(headerBytes);
    section.writeUInt32LE(name!, 0);
    section.writeUInt32LE(type!, 4);
    section.writeBigUInt64LE(BigInt(headerBytes), 24);
    section.writeBigUInt64LE(BigInt(bytes!), 32);
    return section;
  });
  return Buffer.concat([header, names, ...sections]);
}

/** What the fake compiler makes of a source. */
export function fakeImage(code: string): Buffer {
  return Buffer.concat([elfFile(), Buffer.from(code)]);
}

/**
 * Its image is the empty ELF file followed by the source, so that an image tells what it was made of. It writes half of
 * it, waits, and writes all of it; between a tenth and half a second goes by.
 */
export function makeFakeCompiler(directory: string): FakeCompiler {
  const inDirectory = (name: string) => join(directory, name);
  writeFileSync(inDirectory('base'), elfFile());
  const log = [
    "ptxas info    : Compiling entry function 'k' for 'sm_90a'",
    'ptxas info    : Function properties for k',
    '    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads',
  ];
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo 'Cuda compilation tools, release 13.0, V13.0.0'; exit 0; fi
for output; do :; done
head -n 1 source.cu >> '${inDirectory('runs')}'
head -c 100 '${inDirectory('base')}' > "$output"
sleep "0.$(($$ % 5 + 1))"
cat '${inDirectory('base')}' source.cu > "$output"
cat >&2 <<'LOG'
${log.join('\n')}
LOG
`;
  writeFileSync(inDirectory('nvcc'), script, { mode: 0o755 });
  writeFileSync(inDirectory('runs'), '');
  return {
    path: inDirectory('nvcc'),
    runsFile: inDirectory('runs'),
  };
}
