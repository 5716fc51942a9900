import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../cache/make-folder.js';
import type { CompileTarget } from '../compile-target.js';
import type { CompiledKernel } from '../compiler-types.js';
import { DgError } from '../errors/dg-error.js';
import { type Flow, processOutcome } from '../flow/flow.js';
import type { KernelSource } from '../kernel-source.js';
import type { Logger } from '../logger.js';
import { compilerEnvironment } from '../toolchain/compiler-environment.js';
import { type FindDisassemblerOptions, findDisassembler } from './find-disassembler.js';

const DISASSEMBLY_TIMEOUT_MS = 60_000;

export interface DumpOptions extends FindDisassemblerOptions {
  readonly dumpPtx: boolean;
  readonly dumpSass: boolean;
  readonly dumpDirectory: string;
  readonly logger: Logger;
}

/** The same kernel for another target. */
export type CompileAgain = (target: CompileTarget) => Flow<CompiledKernel>;

/** Writes PTX and machine code of kernels to `<directory>/<name>.<key>/`, each kernel once, cached or not. */
export class KernelDumper {
  readonly #options: DumpOptions;
  readonly #dumped = new Set<string>();

  constructor(options: DumpOptions) {
    this.#options = options;
  }

  get isWanted(): boolean {
    return this.#options.dumpPtx || this.#options.dumpSass;
  }

  /** What cannot be dumped is a warning with the reason: the kernel itself is good. */
  *dump(
    source: KernelSource,
    target: CompileTarget,
    kernel: CompiledKernel,
    compileAgain: CompileAgain,
  ): Flow<void> {
    const { dumpPtx, dumpSass, dumpDirectory } = this.#options;
    if (this.#dumped.has(kernel.key)) return;
    this.#dumped.add(kernel.key);
    const folder = join(dumpDirectory, `${source.name}.${kernel.key}`);
    if (dumpPtx) yield* this.#attempt('PTX', source, () => writePtx(target, kernel, folder, compileAgain));
    if (dumpSass) yield* this.#attempt('SASS', source, () => this.#writeSass(target, kernel, folder));
  }

  *#attempt(what: string, source: KernelSource, write: () => Flow<string>): Flow<void> {
    const { logger } = this.#options;
    try {
      logger.info(`${source.name}: ${what} is in ${yield* write()}`);
    } catch (error) {
      const reason = DgError.isInstance(error) || error instanceof Error ? error.message : String(error);
      logger.warn(`${source.name}: ${what} cannot be dumped: ${reason}`);
    }
  }

  *#writeSass(target: CompileTarget, kernel: CompiledKernel, folder: string): Flow<string> {
    if (target.output === 'ptx') throw new Error('PTX is no machine code yet');
    const command = findDisassembler(this.#options);
    const path = join(folder, 'kernel.sass');
    makeFolder(folder);
    writeFileSync(join(folder, 'kernel.cubin'), kernel.image);
    const outcome = yield* processOutcome({
      command: [...command, 'kernel.cubin'],
      directory: folder,
      env: compilerEnvironment(dirname(command[0]!), folder),
      timeoutMs: DISASSEMBLY_TIMEOUT_MS,
    });
    if (outcome.exitCode !== 0) {
      throw new Error(`${command[0]} ended with ${outcome.exitCode ?? outcome.signal}: ${outcome.output}`);
    }
    writeFileSync(path, outcome.output);
    return path;
  }
}

function* writePtx(
  target: CompileTarget,
  kernel: CompiledKernel,
  folder: string,
  compileAgain: CompileAgain,
): Flow<string> {
  const path = join(folder, 'kernel.ptx');
  const ptx = target.output === 'ptx' ? kernel : yield* compileAgain({ ...target, output: 'ptx' });
  makeFolder(folder);
  writeFileSync(path, ptx.image);
  return path;
}
