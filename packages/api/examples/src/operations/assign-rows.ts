import type { Stream, Tensor } from '@dg/runtime';
import { addressOf, enqueueOperation, hostElements, uint32 } from './operation.js';
import type { Routing } from './routing.js';

const warpThreads = 32;

/**
 * Gives each choice the next free row of its expert, in the order of the tokens, and counts them. Expert e has the rows
 * from e · rowsPerExpert on. The counts are the mask of the GEMMs that follow. Enqueued.
 *
 * @param counts int32 [experts].
 * @param rowsPerExpert at least as many as there are tokens: all of them may choose one expert.
 */
export function assignRows(
  routing: Routing,
  counts: Tensor<'int32'>,
  rowsPerExpert: number,
  stream: Stream,
): void {
  const { tokens, topK, experts, chosen, rows } = routing;
  enqueueOperation(stream, {
    kernel: 'assign_rows',
    blocks: experts,
    threads: warpThreads,
    arguments: [
      addressOf(chosen),
      addressOf(rows),
      addressOf(counts),
      uint32(tokens * topK),
      uint32(rowsPerExpert),
    ],
    prepareHost: () => assignOnHost(routing, counts, rowsPerExpert),
  });
}

function assignOnHost(
  { tokens, topK, experts, chosen, rows }: Routing,
  counts: Tensor<'int32'>,
  rowsPerExpert: number,
): () => void {
  const [from, toRows, toCounts] = [hostElements(chosen), hostElements(rows), hostElements(counts)];
  return () => {
    toCounts.fill(0, 0, experts);
    for (let choice = 0; choice < tokens * topK; choice++) {
      const expert = from[choice]!;
      toRows[choice] = expert * rowsPerExpert + toCounts[expert]!;
      toCounts[expert]! += 1;
    }
  };
}
