import {
  defaultLogger,
  type Environment,
  type Logger,
  publishKernelEvent,
  readBooleanVariable,
} from '@dg/jit';
import type { ModuleLoad, ModuleLoadEvent } from './module-load-event.js';

export interface LoadReporterOptions {
  /** Default: stderr, at the level of `DG_LOG`. */
  readonly logger?: Logger | undefined;
  /** Default: `process.env`. */
  readonly env?: Environment | undefined;
}

/** Tells of each load: on the channel of kernel events, and in the log when `DG_JIT_DEBUG` asks for it. */
export class LoadReporter {
  readonly #logger: Logger;
  readonly #isDebugRequested: boolean;

  /** Throws DgValidationError when a variable has a value it cannot have. */
  constructor({ env = process.env, logger = defaultLogger(env) }: LoadReporterOptions) {
    this.#logger = logger;
    this.#isDebugRequested = readBooleanVariable(env, 'DG_JIT_DEBUG');
  }

  /** Runs `load` and reports how that went. */
  run<Loaded>(about: ModuleLoad, load: () => Loaded): Loaded {
    const start = performance.now();
    let loaded: Loaded;
    try {
      loaded = load();
    } catch (error) {
      this.#tell({ type: 'module-load-failed', ...about, milliseconds: performance.now() - start, error });
      throw error;
    }
    this.#tell({ type: 'module-load', ...about, milliseconds: performance.now() - start });
    return loaded;
  }

  #tell(event: ModuleLoadEvent): void {
    publishKernelEvent(event);
    if (this.#isDebugRequested) this.#logger.info(describeLoad(event));
    else this.#logger.debug(describeLoad(event));
  }
}

/** In the words of the lines of @dg/jit about compiling. */
function describeLoad(event: ModuleLoadEvent): string {
  const title = `${event.name} (${event.architecture}, ${event.output})`;
  const outcome = event.type === 'module-load' ? 'loaded' : 'not loaded';
  const known = [
    event.key !== undefined && `key ${event.key}`,
    event.cached !== undefined && (event.cached ? 'image from the cache' : 'image just compiled'),
    `${event.milliseconds.toFixed(1)} ms`,
  ].filter((part) => part !== false);
  const failure = event.type === 'module-load-failed' ? `: ${messageOf(event.error)}` : '';
  return `${title}: ${outcome} on ${event.device} (${event.cause}), ${known.join(', ')}${failure}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
