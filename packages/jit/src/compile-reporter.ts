import type { CompileRequest } from './compile-request.js';
import type { CompiledKernel } from './compiler-types.js';
import type { OutputEnvironment } from './jit-environment.js';
import type { Logger } from './logger.js';

/**
 * Logs what the environment asked for. A hit says as much as a compile: nobody should have to empty the cache to see.
 */
export class CompileReporter {
  readonly #environment: OutputEnvironment;
  readonly #logger: Logger;

  constructor(environment: OutputEnvironment, logger: Logger) {
    this.#environment = environment;
    this.#logger = logger;
  }

  /** Before the run, so that the command is known also when the run fails. */
  running(request: CompileRequest, command: readonly string[]): void {
    this.#command(request, command, '');
  }

  done(request: CompileRequest, kernel: CompiledKernel, cause: string): void {
    const found = `cache ${kernel.cached ? 'hit' : 'miss'} (${cause})`;
    const summary = `${title(request)}: ${found}, key ${kernel.key}, ${kernel.path ?? 'not kept'}, ${kernel.milliseconds.toFixed(1)} ms, ${kernel.compiler} ${kernel.compilerVersion}`;
    if (this.#environment.debug) this.#logger.info(summary);
    else this.#logger.debug(summary);
    if (kernel.cached) this.#command(request, kernel.command, ' (cached)');
    if (this.#environment.ptxasVerbose) {
      this.#logger.info(
        `${title(request)}: ptxas${kernel.cached ? ' (cached)' : ''}:\n${kernel.log.trimEnd()}`,
      );
    }
  }

  #command(request: CompileRequest, command: readonly string[], origin: string): void {
    if (!this.#environment.printCompilerCommand) return;
    this.#logger.info(`${title(request)}: command${origin}: ${command.join(' ')}`);
  }
}

function title({ source, target }: CompileRequest): string {
  return `${source.name} (${target.architecture}, ${target.output})`;
}
