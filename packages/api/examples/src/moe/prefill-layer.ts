import { getMkAlignmentForContiguousLayout, mGroupedFp8GemmNtContiguous } from '@dg/api';
import type { Device, Stream, Tensor } from '@dg/runtime';
import { asMatrix } from '../operations/scaled-rows.js';
import { enqueueSteps, type Step } from '../report/step.js';
import { expertSteps } from './expert-steps.js';
import { groupChoices } from './group-choices.js';
import {
  destroyExpertTensors,
  destroyTokenTensors,
  type MoePass,
  newExpertTensors,
  newTokenTensors,
  type TokenTensors,
} from './moe-pass.js';
import type { MoeWeights } from './moe-weights.js';
import { routingSteps } from './routing-steps.js';

/**
 * The layer for many tokens at once, as when a prompt is read: many rows for each expert, and time to ask the host where
 * they go. The rows of all experts lie in one long matrix without much padding.
 */
export class PrefillLayer {
  readonly tokens: TokenTensors;
  readonly routingSteps: readonly Step[];
  readonly #device: Device;
  readonly #weights: MoeWeights;

  constructor(device: Device, weights: MoeWeights, tokens: number, topK: number) {
    this.#device = device;
    this.#weights = weights;
    this.tokens = newTokenTensors(device, weights.shape, tokens, topK);
    this.routingSteps = routingSteps(weights, this.tokens);
  }

  /** Runs the router, reads the choices, and makes room for the rows that they take. */
  async route(stream: Stream): Promise<RoutedPrefill> {
    enqueueSteps(this.routingSteps, stream);
    const chosen = await this.tokens.routing.chosen.read({ stream });
    const routed = new RoutedPrefill(this.#device, this.#weights, this.tokens, chosen);
    // Its tensors are written on another stream.
    await this.#device.synchronize();
    return routed;
  }

  destroy(): void {
    destroyTokenTensors(this.tokens);
  }
}

/** The rest of the layer, for tokens whose experts are known. */
export class RoutedPrefill {
  readonly pass: MoePass;
  readonly steps: readonly Step[];
  /** The expert of each row, -1 for padding; int32 [rows]. */
  readonly groupedLayout: Tensor<'int32'>;
  /** What the host took to sort the choices. */
  readonly groupingMilliseconds: number;

  constructor(device: Device, weights: MoeWeights, tokens: TokenTensors, chosen: Int32Array) {
    const { experts } = weights.shape;
    const start = performance.now();
    const { rows, groupedLayout } = groupChoices(chosen, experts, getMkAlignmentForContiguousLayout(device));
    this.groupingMilliseconds = performance.now() - start;
    const layout = device.tensor(groupedLayout, [groupedLayout.length], 'int32', { label: 'groupedLayout' });
    tokens.routing.rows.write(rows);
    const pass: MoePass = { ...tokens, ...newExpertTensors(device, weights.shape, 1, groupedLayout.length) };
    this.pass = pass;
    this.groupedLayout = layout;
    this.steps = expertSteps(weights, pass, undefined, (a, b, d, target) => {
      const output = d.reshape([d.shape[1]!, d.shape[2]!]);
      mGroupedFp8GemmNtContiguous(asMatrix(a), b, output, layout, { stream: target });
    });
  }

  destroy(): void {
    destroyExpertTensors(this.pass);
    this.groupedLayout.destroy();
  }
}
