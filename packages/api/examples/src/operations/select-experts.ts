import type { Stream } from '@dg/runtime';
import { addressOf, enqueueOperation, hostElements, uint32 } from './operation.js';
import type { Routing } from './routing.js';

/** A warp holds the choices of a token, one in each lane. */
export const mostChoices = 32;

const tokensPerBlock = 4;
const warpThreads = 32;

/**
 * Picks the `topK` largest logits of each token, of equal ones the expert with the lower number, and weighs them by the
 * softmax over those picked: the same as the softmax over all experts, scaled to a sum of 1. Enqueued.
 */
export function selectExperts(routing: Routing, stream: Stream): void {
  const { tokens, experts, topK, logits, chosen, weights } = routing;
  enqueueOperation(stream, {
    kernel: 'select_experts',
    blocks: Math.ceil(tokens / tokensPerBlock),
    threads: tokensPerBlock * warpThreads,
    arguments: [
      addressOf(logits),
      addressOf(chosen),
      addressOf(weights),
      uint32(tokens),
      uint32(experts),
      uint32(topK),
    ],
    prepareHost: () => selectOnHost(routing),
  });
}

function selectOnHost({ tokens, experts, topK, logits, chosen, weights }: Routing): () => void {
  const [from, toChosen, toWeights] = [hostElements(logits), hostElements(chosen), hostElements(weights)];
  return () => {
    for (let token = 0; token < tokens; token++) {
      const ofToken = from.subarray(token * experts, (token + 1) * experts);
      const best = Array.from(ofToken, (_, expert) => expert)
        .sort((x, y) => ofToken[y]! - ofToken[x]! || x - y)
        .slice(0, topK);
      const shares = best.map((expert) => Math.exp(ofToken[expert]! - ofToken[best[0]!]!));
      const sum = shares.reduce((total, share) => total + share, 0);
      toChosen.set(best, token * topK);
      toWeights.set(
        shares.map((share) => share / sum),
        token * topK,
      );
    }
  };
}
