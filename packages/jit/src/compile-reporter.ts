import type { CompileJob } from './compile-job.js';
import type { CompiledKernel } from './compiler-types.js';
import type { JitEnvironment } from './jit-environment.js';
import type { Logger } from './logger.js';

/**
 * Logs what the environment asked for. A hit says as much as a compile: nobody should have to empty the cache to see.
 */
export class CompileReporter {
  readonly #environment: JitEnvironment;
  readonly #logger: Logger;

  constructor(environment: JitEnvironment, logger: Logger) {
    this.#environment = environment;
    this.#logger = logger;
  }

  /** Before the run, so that the command is known also when the run fails. */
  running(job: CompileJob): void {
    this.#command(job, '');
  }

  done(job: CompileJob, kernel: CompiledKernel): void {
    const summary = `${title(job)}: cache ${kernel.cached ? 'hit' : 'miss'}, key ${job.key}, ${kernel.path ?? 'not kept'}, ${kernel.milliseconds.toFixed(1)} ms, nvcc ${job.nvcc}`;
    if (this.#environment.debug) this.#logger.info(summary);
    else this.#logger.debug(summary);
    if (kernel.cached) this.#command(job, ' (cached)');
    if (this.#environment.ptxasVerbose) {
      this.#logger.info(`${title(job)}: ptxas${kernel.cached ? ' (cached)' : ''}:\n${kernel.log.trimEnd()}`);
    }
  }

  #command(job: CompileJob, origin: string): void {
    if (!this.#environment.printCompilerCommand) return;
    this.#logger.info(`${title(job)}: command${origin}: ${job.command.join(' ')}`);
  }
}

function title({ source, target }: CompileJob): string {
  return `${source.name} (${target.architecture}, ${target.output})`;
}
