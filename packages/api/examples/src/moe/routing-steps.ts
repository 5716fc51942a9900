import { bf16GemmNt, perTokenCastToFp8 } from '@dg/api';
import { scaledColumns } from '../operations/scaled-rows.js';
import { selectExperts } from '../operations/select-experts.js';
import type { Step } from '../report/step.js';
import type { TokenTensors } from './moe-pass.js';
import type { MoeWeights } from './moe-weights.js';

/** What happens to tokens before they are sorted by expert: both ways of running the layer begin so. */
export function routingSteps(weights: MoeWeights, { x, routing, tokens }: TokenTensors): Step[] {
  const { hidden, experts } = weights.shape;
  const count = routing.tokens;
  const input = x.reshape([1, count, hidden]);
  return [
    {
      name: 'router',
      shape: `${count} x ${experts} x ${hidden}`,
      operations: 2 * count * experts * hidden,
      bytes: 2 * (count + experts) * hidden + 4 * count * experts,
      enqueue: (stream) => bf16GemmNt(x, weights.router, routing.logits, { stream }),
    },
    {
      name: 'top-k',
      shape: `${count} x ${experts}`,
      operations: 0,
      bytes: 4 * count * experts + 8 * count * routing.topK,
      enqueue: (stream) => selectExperts(routing, stream),
    },
    {
      name: 'cast',
      shape: `${count} x ${hidden}`,
      operations: 0,
      bytes: (3 * count + (4 * count) / scaledColumns) * hidden,
      enqueue: (stream) => void perTokenCastToFp8(input, { out: tokens, stream }),
    },
  ];
}
