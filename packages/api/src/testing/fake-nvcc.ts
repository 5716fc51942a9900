import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface FakeNvcc {
  readonly path: string;
  /** A cache directory of its own. */
  readonly cacheDirectory: string;
  /** How often it was run to compile. */
  runs(): number;
}

/**
 * An executable that answers like nvcc for every kernel of this library: with an ELF file of one section that is named
 * after the entry in the source. `body` runs before.
 */
export function fakeNvcc(body = ''): FakeNvcc {
  const directory = mkdtempSync(join(tmpdir(), 'dg-api-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const runs = join(directory, 'runs');
  const script = `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
if (process.argv.includes('--version')) {
  console.log('Cuda compilation tools, release 13.0, V13.0.88');
  process.exit(0);
}
appendFileSync(${JSON.stringify(runs)}, 'run\\n');
const entry = /\\b(dg_\\w+)\\(/.exec(readFileSync('source.cu', 'utf8'))[1];
${body}
console.error("ptxas info    : Compiling entry function '" + entry + "' for 'sm_90a'");
console.error('ptxas info    : Function properties for ' + entry);
console.error('    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads');
const names = Buffer.from('\\0.shstrtab\\0.text.' + entry + '\\0');
const header = Buffer.alloc(64);
header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
header.writeBigUInt64LE(BigInt(64 + names.length), 40);
header.writeUInt16LE(64, 58);
header.writeUInt16LE(3, 60);
header.writeUInt16LE(1, 62);
const section = (name, type, bytes) => {
  const part = Buffer.alloc(64);
  part.writeUInt32LE(name, 0);
  part.writeUInt32LE(type, 4);
  part.writeBigUInt64LE(64n, 24);
  part.writeBigUInt64LE(BigInt(bytes), 32);
  return part;
};
writeFileSync(process.argv.at(-1), Buffer.concat([header, names, section(0, 0, 0), section(1, 3, names.length), section(11, 1, 1)]));
`;
  const path = join(directory, 'nvcc');
  writeFileSync(path, script, { mode: 0o755 });
  return {
    path,
    cacheDirectory: join(directory, 'cache'),
    runs: () => (existsSync(runs) ? readFileSync(runs, 'utf8').trim().split('\n').length : 0),
  };
}
