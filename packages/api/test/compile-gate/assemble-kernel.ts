import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { assertCleanBuild, type Compiler, findNvcc, type PtxasEntry, parsePtxasLog } from '@dg/jit';
import type { KernelSource } from '@dg/kernels';

export interface Assembled {
  readonly cubin: Uint8Array;
  readonly entry: PtxasEntry;
}

/**
 * Compiles a kernel in two steps: to PTX as the simulator does, whose tests then find it in the cache (or this one finds
 * theirs), and from PTX to machine code. nvcc takes the same two steps, so the machine code is the one of a user.
 *
 * @throws DgCompileError when the kernel does not compile, uses local memory, or has its WGMMA serialised.
 */
export async function assembleKernel(compiler: Compiler, source: KernelSource): Promise<Assembled> {
  const withLines = { ...source, flags: [...(source.flags ?? []), '-lineinfo'] };
  const { image } = await compiler.compile(withLines, { architecture: 'sm_90a', output: 'ptx' });
  const folder = mkdtempSync(join(tmpdir(), 'dg-gate-'));
  try {
    const [ptx, cubin] = [join(folder, 'kernel.ptx'), join(folder, 'kernel.cubin')];
    writeFileSync(ptx, image);
    const command = [join(dirname(findNvcc()), 'ptxas'), '-arch=sm_90a', '-O3', '-v', ptx, '-o', cubin];
    const { stdout, stderr } = await promisify(execFile)(command[0]!, command.slice(1));
    const log = stdout + stderr;
    assertCleanBuild({ name: source.name, entry: source.entry, log, command });
    const entry = parsePtxasLog(log).entries.find(({ name }) => name === source.entry)!;
    return { cubin: new Uint8Array(readFileSync(cubin)), entry };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The machine code of the kernel function in a cubin: the section `.text.<entry>` (System V ABI, chapter 4). */
export function machineCode(cubin: Uint8Array, entry: string): Uint8Array {
  const view = new DataView(cubin.buffer, cubin.byteOffset, cubin.byteLength);
  const sectionHeader = (index: number) => {
    const start = Number(view.getBigUint64(40, true)) + index * 64;
    const from = Number(view.getBigUint64(start + 24, true));
    const bytes = cubin.subarray(from, from + Number(view.getBigUint64(start + 32, true)));
    return { nameOffset: view.getUint32(start, true), bytes };
  };
  const names = Buffer.from(sectionHeader(view.getUint16(62, true)).bytes);
  const sections = Array.from({ length: view.getUint16(60, true) }, (_, index) => sectionHeader(index));
  const wanted = `.text.${entry}`;
  const found = sections.find(
    ({ nameOffset }) => names.toString('latin1', nameOffset, names.indexOf(0, nameOffset)) === wanted,
  );
  if (found === undefined) throw new Error(`expected the section ${wanted} in a cubin but received none`);
  return found.bytes;
}
