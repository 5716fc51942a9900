import type { CompiledKernel, KernelSource } from '@dg/jit';

export interface KernelTarget {
  /** `sm_90a` */
  readonly architecture: string;
  readonly output: 'cubin';
}

/**
 * What a compiler made. The optional parts are for the log and the events of the load: the `key` that names the image in
 * the compiler's own events, and whether it was `cached`.
 */
export type CompiledImage = Pick<CompiledKernel, 'image'> & Partial<Pick<CompiledKernel, 'key' | 'cached'>>;

/** What a device needs of a compiler; `createCompiler` of @dg/jit makes one. */
export interface KernelCompiler {
  compile(source: KernelSource, target: KernelTarget): Promise<CompiledImage>;
  compileSync(source: KernelSource, target: KernelTarget): CompiledImage;
}
