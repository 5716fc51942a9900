import { mGroupedFp8GemmNtMasked } from '@dg/api';
import type { Device, Graph, Stream, Tensor } from '@dg/runtime';
import { assignRows } from '../operations/assign-rows.js';
import { enqueueSteps, type Step } from '../report/step.js';
import { expertSteps } from './expert-steps.js';
import {
  destroyExpertTensors,
  destroyTokenTensors,
  type MoePass,
  newExpertTensors,
  newTokenTensors,
} from './moe-pass.js';
import type { MoeWeights } from './moe-weights.js';
import { routingSteps } from './routing-steps.js';

/**
 * The layer for a batch of tokens that come one by one, as in text generation: few rows for each expert, and the same
 * work over and over. Nothing of it needs the host. Each expert has as many rows as there are tokens, a mask says how many
 * of them are used, and the whole is captured once and replayed.
 */
export class DecodeLayer {
  readonly pass: MoePass;
  readonly steps: readonly Step[];
  /** How many rows each expert has got; int32 [experts]. */
  readonly counts: Tensor<'int32'>;

  constructor(device: Device, weights: MoeWeights, tokens: number, topK: number) {
    const { shape } = weights;
    // All tokens may choose one expert; none chooses one twice.
    const rowsPerExpert = tokens;
    const expectedRows = Math.ceil((tokens * topK) / shape.experts);
    const counts = device.empty([shape.experts], 'int32', { label: 'rows of each expert' });
    const pass: MoePass = {
      ...newTokenTensors(device, shape, tokens, topK),
      ...newExpertTensors(device, shape, shape.experts, rowsPerExpert),
    };
    const { routing } = pass;
    this.pass = pass;
    this.counts = counts;
    this.steps = [
      ...routingSteps(weights, pass),
      {
        name: 'rows',
        shape: `${tokens} x ${topK}`,
        operations: 0,
        bytes: 8 * tokens * topK,
        enqueue: (stream) => assignRows(routing, counts, rowsPerExpert, stream),
      },
      ...expertSteps(weights, pass, counts, (a, b, d, stream) =>
        mGroupedFp8GemmNtMasked(a, b, d, counts, expectedRows, { stream }),
      ),
    ];
  }

  /** Runs the layer once, because a capture must not compile, and records it. */
  async capture(stream: Stream): Promise<Graph> {
    // The tensors were set to zero on another stream.
    await stream.device.synchronize();
    enqueueSteps(this.steps, stream);
    await stream.synchronize();
    return stream.capture(() => enqueueSteps(this.steps, stream));
  }

  destroy(): void {
    destroyTokenTensors(this.pass);
    destroyExpertTensors(this.pass);
    this.counts.destroy();
  }
}
