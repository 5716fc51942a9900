import type { ScaledTensor } from '@dg/api';
import type { Device, Tensor } from '@dg/runtime';
import type { MoeModel } from '../../model/moe-model.js';
import type { MoeShape } from '../../model/moe-shape.js';
import { expertMatrix, loadExpert, newExpertWeights } from '../expert-weights.js';

/** The weights of one expert as plain matrices. */
export interface CpuExpert {
  /** [2 · intermediate, hidden]. */
  readonly gateUp: ScaledTensor;
  /** [hidden, intermediate]. */
  readonly down: ScaledTensor;
}

/** The layer's weights on the `cpu` device, read from the file once more: experts only when they are asked for. */
export class CpuExperts {
  readonly device: Device;
  readonly shape: MoeShape;
  readonly #model: MoeModel;
  readonly #experts = new Map<number, CpuExpert>();

  constructor(device: Device, model: MoeModel) {
    this.device = device;
    this.shape = model.shape;
    this.#model = model;
  }

  /** bfloat16 [experts, hidden]. */
  async router(): Promise<Tensor<'bfloat16'>> {
    const { experts, hidden } = this.shape;
    return this.device.tensor(await this.#model.readRouter(), [experts, hidden], 'bfloat16');
  }

  async expert(index: number): Promise<CpuExpert> {
    const known = this.#experts.get(index);
    if (known !== undefined) return known;
    const weights = newExpertWeights(this.device, this.shape, 1);
    await loadExpert(this.#model, index, weights, 0);
    const expert = { gateUp: expertMatrix(weights.gateUp, 0), down: expertMatrix(weights.down, 0) };
    this.#experts.set(index, expert);
    return expert;
  }
}
