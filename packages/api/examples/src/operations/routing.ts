import type { Device, Tensor } from '@dg/runtime';

/** Which experts each token goes to. A choice is a place in [tokens, topK]. */
export interface Routing {
  readonly tokens: number;
  readonly experts: number;
  readonly topK: number;
  /** float32 [tokens, experts]. */
  readonly logits: Tensor<'float32'>;
  /** The expert of each choice, best first; int32 [tokens, topK]. */
  readonly chosen: Tensor<'int32'>;
  /** What its result counts, 1 in sum for each token; float32 [tokens, topK]. */
  readonly weights: Tensor<'float32'>;
  /** Where its row lies among the rows of all experts; int32 [tokens, topK]. */
  readonly rows: Tensor<'int32'>;
}

export function newRouting(device: Device, tokens: number, experts: number, topK: number): Routing {
  return {
    tokens,
    experts,
    topK,
    logits: device.empty([tokens, experts], 'float32', { label: 'logits' }),
    chosen: device.empty([tokens, topK], 'int32', { label: 'chosen experts' }),
    weights: device.empty([tokens, topK], 'float32', { label: 'weights of the experts' }),
    rows: device.empty([tokens, topK], 'int32', { label: 'rows of the choices' }),
  };
}

export function destroyRouting({ logits, chosen, weights, rows }: Routing): void {
  for (const tensor of [logits, chosen, weights, rows]) tensor.destroy();
}
