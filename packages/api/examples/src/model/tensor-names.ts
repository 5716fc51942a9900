/** The three matrices of an expert: down(silu(gate(x)) · up(x)). */
export type Projection = 'gate_proj' | 'up_proj' | 'down_proj';

export const projections: readonly Projection[] = ['gate_proj', 'up_proj', 'down_proj'];

/** bfloat16 [experts, hidden]. */
export function routerName(layer: number): string {
  return `model.layers.${layer}.mlp.gate.weight`;
}

/** float8_e4m3fn [intermediate, hidden], and [hidden, intermediate] for `down_proj`. */
export function weightName(layer: number, expert: number, projection: Projection): string {
  return `model.layers.${layer}.mlp.experts.${expert}.${projection}.weight`;
}

/** float32, one for each 128 × 128 of the weight. A weight is its code times this: the name speaks of the cast. */
export function scaleName(layer: number, expert: number, projection: Projection): string {
  return `${weightName(layer, expert, projection)}_scale_inv`;
}
