import { bfloat16ToFloat32Array, float32ToBfloat16Array } from '@dg/layout';
import type { Stream, Tensor } from '@dg/runtime';
import { addressOf, enqueueOperation, hostElements, uint32 } from './operation.js';
import type { Routing } from './routing.js';

const threads = 256;

/**
 * out[token] = Σ weight · row over the token's choices, in their order and in float32. Enqueued.
 *
 * @param expertRows bfloat16 [groups, rows, hidden].
 * @param out bfloat16 [tokens, hidden].
 */
export function combineRows(
  expertRows: Tensor<'bfloat16'>,
  routing: Routing,
  out: Tensor<'bfloat16'>,
  stream: Stream,
): void {
  enqueueOperation(stream, {
    kernel: 'combine_rows',
    blocks: routing.tokens,
    threads,
    arguments: [
      addressOf(expertRows),
      addressOf(routing.rows),
      addressOf(routing.weights),
      addressOf(out),
      uint32(routing.topK),
      uint32(out.shape[1]!),
    ],
    prepareHost: () => combineOnHost(expertRows, routing, out),
  });
}

function combineOnHost(
  expertRows: Tensor<'bfloat16'>,
  { tokens, topK, rows, weights }: Routing,
  out: Tensor<'bfloat16'>,
): () => void {
  const hidden = out.shape[1]!;
  const [from, to] = [hostElements(expertRows), hostElements(out)];
  const [rowOf, weightOf] = [hostElements(rows), hostElements(weights)];
  const sums = new Float32Array(hidden);
  return () => {
    for (let token = 0; token < tokens; token++) {
      sums.fill(0);
      for (let choice = token * topK; choice < (token + 1) * topK; choice++) {
        const start = rowOf[choice]! * hidden;
        const row = bfloat16ToFloat32Array(from.subarray(start, start + hidden));
        for (let i = 0; i < hidden; i++) sums[i]! += weightOf[choice]! * row[i]!;
      }
      to.set(float32ToBfloat16Array(sums), token * hidden);
    }
  };
}
