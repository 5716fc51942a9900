import type { EventKernel } from '@dg/jit';

/** Why a kernel was loaded: `kernel()` wanted it at once, and blocked its thread; or `prepareKernel()`, ahead of its use. */
export type LoadCause = 'first-use' | 'prepared';

/** Which kernel is loaded, where, and why. */
export interface ModuleLoad extends Omit<EventKernel, 'key'> {
  /** Name of the kernel function within the module. */
  readonly entry: string;
  /** As in the events of its compilation; `undefined` where the compiler given to the device does not tell it. */
  readonly key: string | undefined;
  /** `cuda:0` */
  readonly device: string;
  /** Whether the image came without a run of the compiler; `undefined` as for `key`. */
  readonly cached: boolean | undefined;
  readonly cause: LoadCause;
}

/**
 * A compiled kernel came to lie on a device, once for each kernel and device; or could not be loaded, once for each
 * attempt. Published beside the events of @dg/jit, in their shape. `milliseconds` are of the load alone.
 */
export type ModuleLoadEvent =
  | (ModuleLoad & {
      readonly type: 'module-load';
      readonly milliseconds: number;
    })
  | (ModuleLoad & {
      readonly type: 'module-load-failed';
      readonly milliseconds: number;
      /** What the call threw; a DgDriverError where the driver refused the image. */
      readonly error: unknown;
    });
