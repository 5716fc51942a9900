import {
  castKernel,
  fp8KGroupRepackKernel,
  fp8TransposeKernel,
  type KernelSource,
  mnMajorCopyKernel,
  packUe8m0Configs,
  packUe8m0Kernel,
  powerOfTwoCheckKernel,
  reachableCastConfigs,
  unpackUe8m0Kernel,
} from '@dg/kernels';

const granularity = 128;

/** Kernels of calls that are no GEMMs, by what they are for. */
export const utilityKernels = {
  /** Casts to FP8 with float32 scales for 128 elements. */
  casts: (): readonly KernelSource[] =>
    reachableCastConfigs()
      .filter(({ groupRows, groupColumns, ue8m0 }) => {
        return !ue8m0 && [groupRows, groupColumns].every((size) => size === 1 || size === granularity);
      })
      .map(castKernel),
  /** Those with every granularity, power-of-two and packed scales. */
  'all-casts': (): readonly KernelSource[] => reachableCastConfigs().map(castKernel),
  /** `transposeFp8` and `repackKGroupedFp8` of @dg/layout. */
  transposes: (): readonly KernelSource[] => [fp8TransposeKernel, fp8KGroupRepackKernel],
  /** Scales from one layout to another, and what checks them. */
  'scale-layouts': (): readonly KernelSource[] => [
    mnMajorCopyKernel,
    powerOfTwoCheckKernel,
    unpackUe8m0Kernel,
    ...packUe8m0Configs.map(packUe8m0Kernel),
  ],
} as const;

export type UtilityName = keyof typeof utilityKernels;

export const utilityNames = Object.keys(utilityKernels) as readonly UtilityName[];
