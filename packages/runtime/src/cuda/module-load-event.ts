import { publishKernelEvent } from '@dg/jit';

/** A compiled kernel came to lie on a device: once for each kernel and device. Published beside the events of @dg/jit. */
export interface ModuleLoadEvent {
  readonly type: 'module-load';
  /** Of the kernel. */
  readonly name: string;
  /** `cuda:0` */
  readonly device: string;
  readonly milliseconds: number;
}

export function publishModuleLoad(load: Omit<ModuleLoadEvent, 'type'>): void {
  publishKernelEvent({ type: 'module-load', ...load } satisfies ModuleLoadEvent);
}
