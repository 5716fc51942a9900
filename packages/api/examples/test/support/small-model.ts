import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MoeModel } from '../../src/model/moe-model.js';
import type { MoeShape } from '../../src/model/moe-shape.js';
import { writeMoeModel } from '../../src/model/write-model.js';

/** Small enough for the simulator: one block of weights between the projections, two across a token. */
export const smallShape: MoeShape = { hidden: 256, intermediate: 128, experts: 4 };

export interface SmallModel {
  readonly path: string;
  readonly model: MoeModel;
  destroy(): Promise<void>;
}

/** A model file of its own, opened. */
export async function smallModel(seed: number): Promise<SmallModel> {
  const folder = mkdtempSync(join(tmpdir(), 'dg-examples-test-'));
  const path = join(folder, 'model.safetensors');
  await writeMoeModel(path, smallShape, seed);
  const model = await MoeModel.open(path);
  return {
    path,
    model,
    async destroy() {
      await model.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
