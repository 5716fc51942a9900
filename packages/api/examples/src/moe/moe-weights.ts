import type { Device, Tensor } from '@dg/runtime';
import type { MoeModel } from '../model/moe-model.js';
import type { MoeShape } from '../model/moe-shape.js';
import { destroyScaled } from '../operations/scaled-rows.js';
import { type ExpertWeights, loadExpert, newExpertWeights } from './expert-weights.js';

/** The layer's weights on a device. */
export interface MoeWeights extends ExpertWeights {
  readonly shape: MoeShape;
  /** bfloat16 [experts, hidden]. */
  readonly router: Tensor<'bfloat16'>;
}

/** Reads the layer of a model file into the memory of a device. */
export async function loadMoeWeights(device: Device, model: MoeModel): Promise<MoeWeights> {
  const { shape } = model;
  const router = device.tensor(await model.readRouter(), [shape.experts, shape.hidden], 'bfloat16');
  const weights = newExpertWeights(device, shape, shape.experts);
  for (let expert = 0; expert < shape.experts; expert++) await loadExpert(model, expert, weights, expert);
  return { shape, router, ...weights };
}

export function destroyMoeWeights({ router, gateUp, down }: MoeWeights): void {
  router.destroy();
  destroyScaled(gateUp);
  destroyScaled(down);
}
