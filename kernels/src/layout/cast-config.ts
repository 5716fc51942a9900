/** Elements along K, or along both dimensions, that share a scale. */
export type CastGranularity = 32 | 128;

/**
 * What of an FP8 cast is fixed when it is compiled. `CastConfig` in include/dg/layout/cast_config.cuh has the same
 * fields.
 */
export interface CastConfig {
  /** Input of float32; bfloat16 otherwise. */
  readonly float32Input: boolean;
  /** Rows that share a scale: 1 (per token), or the granularity. */
  readonly groupRows: 1 | CastGranularity;
  /** Columns that share a scale: 1 (per channel), or the granularity. */
  readonly groupColumns: 1 | CastGranularity;
  /** Scales are rounded up to powers of two. */
  readonly ue8m0: boolean;
  /** Only with `ue8m0`: scales are stored as codes, four along K to an int32; per block, one for each row. */
  readonly packed: boolean;
  /** Rows of input and output start at multiples of 16 bytes. */
  readonly aligned: boolean;
}

const granularities: readonly CastGranularity[] = [128, 32];
const either = [false, true] as const;
const scaleFormats = [
  { ue8m0: false, packed: false },
  { ue8m0: true, packed: false },
  { ue8m0: true, packed: true },
] as const;

/** Every configuration that a cast can choose. */
export function reachableCastConfigs(): CastConfig[] {
  const groups = granularities.flatMap((g) => [
    { groupRows: 1, groupColumns: g } as const,
    { groupRows: g, groupColumns: 1 } as const,
    { groupRows: g, groupColumns: g } as const,
  ]);
  return groups.flatMap(({ groupRows, groupColumns }) =>
    either.flatMap((float32Input) =>
      scaleFormats.flatMap((format) =>
        either.map((aligned) => ({ float32Input, groupRows, groupColumns, ...format, aligned })),
      ),
    ),
  );
}
