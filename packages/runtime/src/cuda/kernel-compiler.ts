import type { KernelSource } from '@dg/jit';

export interface KernelTarget {
  /** `sm_90a` */
  readonly architecture: string;
  readonly output: 'cubin';
}

/** What a device needs of a compiler; `createCompiler` of @dg/jit makes one. */
export interface KernelCompiler {
  compile(source: KernelSource, target: KernelTarget): Promise<{ readonly image: Uint8Array }>;
  compileSync(source: KernelSource, target: KernelTarget): { readonly image: Uint8Array };
}
