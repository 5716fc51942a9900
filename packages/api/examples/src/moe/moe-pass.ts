import type { Device, Tensor } from '@dg/runtime';
import type { MoeShape } from '../model/moe-shape.js';
import { destroyRouting, newRouting, type Routing } from '../operations/routing.js';
import { destroyScaled, newScaledRows, type ScaledRows } from '../operations/scaled-rows.js';

/** What the layer takes and makes before tokens are sorted by expert. */
export interface TokenTensors {
  /** bfloat16 [tokens, hidden]. */
  readonly x: Tensor<'bfloat16'>;
  readonly routing: Routing;
  /** The tokens in FP8, a group of [tokens, hidden]. */
  readonly tokens: ScaledRows;
  /** bfloat16 [tokens, hidden]. */
  readonly out: Tensor<'bfloat16'>;
}

/** What stands between dispatch and return, a row for each choice of a token and rows without one. */
export interface ExpertTensors {
  /** [groups, rows, hidden]. */
  readonly dispatched: ScaledRows;
  /** bfloat16 [groups, rows, 2 · intermediate]. */
  readonly gateUp: Tensor<'bfloat16'>;
  /** [groups, rows, intermediate]. */
  readonly activated: ScaledRows;
  /** bfloat16 [groups, rows, hidden]. */
  readonly expertRows: Tensor<'bfloat16'>;
}

/** All tensors of one pass of the layer, every step's output still there to be looked at. */
export type MoePass = TokenTensors & ExpertTensors;

export function newTokenTensors(
  device: Device,
  { hidden, experts }: MoeShape,
  tokens: number,
  topK: number,
): TokenTensors {
  return {
    x: device.zeros([tokens, hidden], 'bfloat16', { label: 'x' }),
    routing: newRouting(device, tokens, experts, topK),
    tokens: newScaledRows(device, 1, tokens, hidden),
    out: device.empty([tokens, hidden], 'bfloat16', { label: 'out' }),
  };
}

/** All zero: the GEMMs read rows that no choice has filled, and steps after them those that they do not write. */
export function newExpertTensors(
  device: Device,
  { hidden, intermediate }: MoeShape,
  groups: number,
  rows: number,
): ExpertTensors {
  return {
    dispatched: newScaledRows(device, groups, rows, hidden),
    gateUp: device.zeros([groups, rows, 2 * intermediate], 'bfloat16', { label: 'gate and up' }),
    activated: newScaledRows(device, groups, rows, intermediate),
    expertRows: device.zeros([groups, rows, hidden], 'bfloat16', { label: 'rows of the experts' }),
  };
}

export function destroyTokenTensors({ x, routing, tokens, out }: TokenTensors): void {
  x.destroy();
  destroyRouting(routing);
  destroyScaled(tokens);
  out.destroy();
}

export function destroyExpertTensors({ dispatched, gateUp, activated, expertRows }: ExpertTensors): void {
  destroyScaled(dispatched);
  gateUp.destroy();
  destroyScaled(activated);
  expertRows.destroy();
}
