export interface FloatModifiers {
  /** A rounding mode, or what stands in its place (`.approx`). */
  readonly rounding: string | undefined;
  readonly flush: boolean;
  readonly saturate: boolean;
  readonly keepNan: boolean;
}

/** Modifiers of a float32 instruction, at most one of `roundings` first; undefined when there are others. */
export function readFloatModifiers(
  modifiers: readonly string[],
  roundings: readonly string[],
  flags: readonly ('ftz' | 'sat' | 'NaN')[],
): FloatModifiers | undefined {
  if (modifiers.at(-1) !== 'f32') return undefined;
  const rounding = roundings.includes(modifiers[0]!) ? modifiers[0] : undefined;
  const rest: readonly string[] = modifiers.slice(rounding === undefined ? 0 : 1, -1);
  if (new Set(rest).size < rest.length || !rest.every((flag) => flags.some((known) => known === flag))) {
    return undefined;
  }
  return {
    rounding,
    flush: rest.includes('ftz'),
    saturate: rest.includes('sat'),
    keepNan: rest.includes('NaN'),
  };
}
