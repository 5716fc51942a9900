import type { KernelSource } from '@dg/jit';
import type { Kernel } from '../device/kernel.js';
import type { CompiledImage, KernelCompiler, KernelTarget } from './kernel-compiler.js';
import type { LoadCause, ModuleLoad } from './module-load-event.js';

/** What the cache knows of a load, for its event. */
export type LoadFacts = Pick<ModuleLoad, 'architecture' | 'output' | 'key' | 'cached' | 'cause'>;

/** Puts a compiled image on the device. */
export type LoadKernel = (source: KernelSource, image: Uint8Array, facts: LoadFacts) => Kernel;

/** The kernels of one device, compiled and loaded once per source. */
export class KernelCache {
  readonly #compiler: () => KernelCompiler;
  readonly #target: KernelTarget;
  readonly #load: LoadKernel;
  readonly #loaded = new Map<string, Kernel>();
  readonly #pending = new Map<string, Promise<Kernel>>();
  /** Sources are plain immutable data, mostly the same object again: spares making the key. */
  readonly #bySource = new WeakMap<KernelSource, Kernel>();

  constructor(architecture: string, compiler: () => KernelCompiler, load: LoadKernel) {
    this.#target = { architecture, output: 'cubin' };
    this.#compiler = compiler;
    this.#load = load;
  }

  get(source: KernelSource): Kernel {
    const known = this.#bySource.get(source);
    if (known !== undefined) return known;
    const key = keyOf(source);
    const kernel =
      this.#loaded.get(key) ??
      this.#keep(key, source, this.#compiler().compileSync(source, this.#target), 'first-use');
    this.#bySource.set(source, kernel);
    return kernel;
  }

  async prepare(source: KernelSource): Promise<Kernel> {
    const key = keyOf(source);
    const known = this.#loaded.get(key);
    if (known !== undefined) return known;
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = this.#compile(key, source).finally(() => this.#pending.delete(key));
      this.#pending.set(key, pending);
    }
    return await pending;
  }

  async #compile(key: string, source: KernelSource): Promise<Kernel> {
    const compiled = await this.#compiler().compile(source, this.#target);
    // A blocking call may have been faster.
    return this.#loaded.get(key) ?? this.#keep(key, source, compiled, 'prepared');
  }

  #keep(key: string, source: KernelSource, compiled: CompiledImage, cause: LoadCause): Kernel {
    const { image, key: imageKey, cached } = compiled;
    const kernel = this.#load(source, image, { ...this.#target, key: imageKey, cached, cause });
    this.#loaded.set(key, kernel);
    return kernel;
  }
}

function keyOf(source: KernelSource): string {
  return JSON.stringify([
    source.name,
    source.entry,
    source.flags ?? [],
    source.strict ?? false,
    source.includeRoots,
    source.code,
  ]);
}
