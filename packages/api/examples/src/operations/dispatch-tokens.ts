import type { Stream } from '@dg/runtime';
import { addressOf, enqueueOperation, hostElements, uint32 } from './operation.js';
import type { Routing } from './routing.js';
import { type ScaledRows, scaledColumns, scaleIndex } from './scaled-rows.js';

const threads = 256;

/**
 * Copies each token, codes and scales, to the rows of the experts that it chose. Enqueued.
 *
 * @param tokens one group with a row for each token.
 */
export function dispatchTokens(
  tokens: ScaledRows,
  routing: Routing,
  dispatched: ScaledRows,
  stream: Stream,
): void {
  enqueueOperation(stream, {
    kernel: 'dispatch_tokens',
    blocks: routing.tokens * routing.topK,
    threads,
    arguments: [
      addressOf(tokens.data),
      addressOf(tokens.scales),
      uint32(tokens.rows),
      uint32(tokens.pitch),
      addressOf(routing.rows),
      addressOf(dispatched.data),
      addressOf(dispatched.scales),
      uint32(dispatched.rows),
      uint32(dispatched.pitch),
      uint32(routing.topK),
      uint32(tokens.columns),
      uint32(tokens.columns / scaledColumns),
    ],
    prepareHost: () => dispatchOnHost(tokens, routing, dispatched),
  });
}

function dispatchOnHost(tokens: ScaledRows, routing: Routing, dispatched: ScaledRows): () => void {
  const rows = hostElements(routing.rows);
  const [codes, scales] = [hostElements(tokens.data), hostElements(tokens.scales)];
  const [toCodes, toScales] = [hostElements(dispatched.data), hostElements(dispatched.scales)];
  const { columns } = tokens;
  return () => {
    for (let choice = 0; choice < routing.tokens * routing.topK; choice++) {
      const token = Math.floor(choice / routing.topK);
      const row = rows[choice]!;
      toCodes.set(codes.subarray(token * columns, (token + 1) * columns), row * columns);
      for (let block = 0; block < columns / scaledColumns; block++) {
        toScales[scaleIndex(dispatched, row, block)] = scales[scaleIndex(tokens, token, block)]!;
      }
    }
  };
}
