import { stat } from 'node:fs/promises';
import type { MoeShape } from '../model/moe-shape.js';
import { writeMoeModel } from '../model/write-model.js';

/** Writes a model file and says what came of it. */
export async function writeModelFile(
  path: string,
  shape: MoeShape,
  seed: number,
  writeLine: (line: string) => void,
): Promise<void> {
  const start = performance.now();
  await writeMoeModel(path, shape, seed);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const megabytes = ((await stat(path)).size / 1e6).toFixed(1);
  writeLine(`model: ${path}, random weights, ${megabytes} MB, written in ${seconds} s`);
}
