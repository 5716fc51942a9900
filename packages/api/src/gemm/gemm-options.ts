import type { Stream, Tensor } from '@dg/runtime';
import type { ContiguousLayout } from '../problem/gemm-problem.js';
import type { Recipe } from '../problem/recipe.js';

/** How a call is enqueued, whatever it computes. */
export interface CallOptions {
  /** The device's default stream when left out. */
  readonly stream?: Stream;
  /**
   * Programmatic dependent launch: the kernel may start its set-up while the kernel queued before it is still at work,
   * and waits for it before it writes anything, and before it reads anything that may still be written (see `constantB`,
   * `constantA`). Results do not change. Devices without it ignore this.
   * Default true.
   */
  readonly dependentLaunch?: boolean;
  /**
   * Whether a dependent launch may start to load B and its scales before the kernel before it has finished. Left out, it may
   * where nothing that was queued on the stream can still be writing them, as the weights of a model that serves: the
   * stream knows (`DeviceBuffer.mayBeWritten`). With true that is taken for granted, and where it does not hold the result is
   * undefined. Grouped products also need what the groups are (`groupedLayout`, `maskedM`, `ks`) to be settled, about which nothing
   * is promised; those whose K groups have matrices of their own make no use of it.
   */
  readonly constantB?: boolean;
  /**
   * The same for A and its scales. A call that loads B early loads A early, too, where nothing that was queued can still be
   * writing it, as where several products have the same A: then it only waits before it stores. True allows that and does not force
   * it: without an early B there is no early A, and a long dense product whose last wave of tiles fills the card is the
   * faster without.
   */
  readonly constantA?: boolean;
  /** As `setNumSms`, for this call. */
  readonly numSms?: number;
  /** As `setTcUtil`, for this call. */
  readonly tcUtil?: number;
}

export interface GemmOptions extends CallOptions {
  /** Added to the product: dtype and shape of D, inner stride 1. May be D itself; then D is updated in place. */
  readonly c?: Tensor;
}

interface RecipeOptions {
  /**
   * How the scales are spread. When left out, the shape of B's scales decides, and it is [1, 128, 128] where that fits
   * both. For K-grouped GEMMs only [1, 1, 128].
   */
  readonly recipe?: Recipe;
}

export interface Fp8GemmOptions extends GemmOptions, RecipeOptions {}

export interface MGroupedContiguousOptions extends CallOptions {
  /**
   * `rows`, the default: `groupedLayout` has the group of each row, and -1 for padding. `psum`: it has the end offset of
   * each group's rows, which start where those of the group before end, rounded up to the alignment.
   */
  readonly layout?: ContiguousLayout;
  /** As `setMkAlignmentForContiguousLayout`, for this call. */
  readonly mkAlignment?: number;
}

export interface Fp8MGroupedContiguousOptions extends MGroupedContiguousOptions, RecipeOptions {}

export interface MGroupedMaskedOptions extends CallOptions {}

export interface Fp8MGroupedMaskedOptions extends MGroupedMaskedOptions, RecipeOptions {}

export interface KGroupedOptions extends GemmOptions {
  /** What `ks` holds, where the host knows it: checked, and used for nothing else. */
  readonly ksHost?: readonly number[];
}

export interface Fp8KGroupedOptions extends KGroupedOptions, RecipeOptions {}

/** The options of any entry point, before its own are checked. */
export type AnyOptions = { readonly [Name in keyof EveryOption]?: unknown };

type EveryOption = Fp8KGroupedOptions & Fp8MGroupedContiguousOptions;

export const noOptions: AnyOptions = Object.freeze({});
