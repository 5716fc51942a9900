import type { CompileOutput } from '../compile-target.js';
import type { DgError } from '../errors/dg-error.js';
import type { CompilerKind } from '../toolchain/toolchain.js';

/** Which kernel an event is about. */
export interface EventKernel {
  readonly name: string;
  readonly architecture: string;
  readonly output: CompileOutput;
  /** SHA-256 over all that decides the image. */
  readonly key: string;
}

/**
 * Why a kernel had to be compiled: no entry; one that could not be trusted; entries of other compilers only; a cache that
 * is not used at all.
 */
export type CompileCause = 'not-cached' | 'entry-broken' | 'other-compiler' | 'cache-unusable';

/** Where a kernel that needed no compiler of ours came from. */
export type HitCause = 'memory' | 'disk' | 'other-process';

/**
 * What happens to kernels: a hit, or a start followed by an end or a failure. Times in milliseconds. With `cached` and
 * `cause` on all that end something, so that one line feeds a counter and a histogram.
 */
export type CompileEvent =
  | (EventKernel & {
      readonly type: 'cache-hit';
      readonly cached: true;
      readonly cause: HitCause;
      readonly milliseconds: number;
    })
  | (EventKernel & {
      readonly type: 'compile-start';
      readonly compiler: CompilerKind;
      readonly cause: CompileCause;
    })
  | (EventKernel & {
      readonly type: 'compile-end';
      readonly cached: false;
      readonly compiler: CompilerKind;
      readonly cause: CompileCause;
      readonly milliseconds: number;
    })
  | (EventKernel & {
      readonly type: 'compile-failed';
      readonly cached: false;
      readonly compiler: CompilerKind;
      readonly cause: CompileCause;
      readonly milliseconds: number;
      readonly error: DgError;
    });
