import type { KernelSource } from '@dg/jit';
import type { Kernel } from '../device/kernel.js';
import type { KernelCompiler } from './kernel-compiler.js';

/** The kernels of one device, compiled and loaded once per source. */
export class KernelCache {
  readonly #compiler: () => KernelCompiler;
  readonly #architecture: string;
  readonly #load: (source: KernelSource, image: Uint8Array) => Kernel;
  readonly #loaded = new Map<string, Kernel>();
  readonly #pending = new Map<string, Promise<Kernel>>();
  /** Sources are plain immutable data, mostly the same object again: spares making the key. */
  readonly #bySource = new WeakMap<KernelSource, Kernel>();

  constructor(
    architecture: string,
    compiler: () => KernelCompiler,
    load: (source: KernelSource, image: Uint8Array) => Kernel,
  ) {
    this.#architecture = architecture;
    this.#compiler = compiler;
    this.#load = load;
  }

  get(source: KernelSource): Kernel {
    const known = this.#bySource.get(source);
    if (known !== undefined) return known;
    const key = keyOf(source);
    const kernel =
      this.#loaded.get(key) ??
      this.#keep(key, source, this.#compiler().compileSync(source, this.#target).image);
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

  get #target() {
    return { architecture: this.#architecture, output: 'cubin' } as const;
  }

  async #compile(key: string, source: KernelSource): Promise<Kernel> {
    const { image } = await this.#compiler().compile(source, this.#target);
    // A blocking call may have been faster.
    return this.#loaded.get(key) ?? this.#keep(key, source, image);
  }

  #keep(key: string, source: KernelSource, image: Uint8Array): Kernel {
    const kernel = this.#load(source, image);
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
