import type { Stream, Tensor } from '@dg/runtime';
import type { Recipe } from '../validation/require-recipe.js';

export interface GemmOptions {
  /** Added to the product: dtype and shape of D, inner stride 1. May be D itself; then D is updated in place. */
  readonly c?: Tensor;
  /** The device's default stream when left out. */
  readonly stream?: Stream;
  /**
   * Programmatic dependent launch: the kernel may start its set-up before the work queued before it has
   * finished. Results do not change. Devices without it ignore this. Default false.
   */
  readonly dependentLaunch?: boolean;
}

export interface Fp8GemmOptions extends GemmOptions {
  /** How the scales are spread. Only [1, 128, 128], the default, so far. */
  readonly recipe?: Recipe;
}

export const noOptions: Fp8GemmOptions = Object.freeze({});
