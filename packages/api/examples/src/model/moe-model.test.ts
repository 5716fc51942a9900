import { e4m3ToFloat32Array } from '@dg/layout';
import { DgValidationError } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { SafetensorsFile } from '../safetensors/safetensors-file.js';
import { type TensorToWrite, writeSafetensors } from '../safetensors/write-safetensors.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { MoeModel } from './moe-model.js';
import { writeMoeModel } from './write-model.js';

const fileAt = temporaryFolder();
const shape = { hidden: 256, intermediate: 128, experts: 3 };
const ofExpert = (expert: number, name: string) => `model.layers.0.mlp.experts.${expert}.${name}`;

/** The tensors of a model file, to be changed and written again. */
async function readModel(path: string): Promise<Map<string, TensorToWrite>> {
  const file = await SafetensorsFile.open(path);
  const tensors = new Map<string, TensorToWrite>();
  for (const entry of file.header.entries.values()) {
    const data = await file.read(entry);
    tensors.set(entry.name, { ...entry, data: () => data });
  }
  await file.close();
  return tensors;
}

/** Opens a copy of a model file in which one tensor is another, or none. */
async function openChanged(name: string, change?: Pick<TensorToWrite, 'dtype' | 'shape'>): Promise<MoeModel> {
  const path = fileAt('changed.safetensors');
  await writeMoeModel(path, shape, 1);
  const tensors = await readModel(path);
  const tensor = tensors.get(name)!;
  tensors.delete(name);
  if (change !== undefined) {
    const bytes = { F32: 4, BF16: 2, F8_E4M3: 1 }[change.dtype as 'F32' | 'BF16' | 'F8_E4M3'];
    const length = change.shape.reduce((product, size) => product * size, bytes);
    tensors.set(name, { ...tensor, ...change, data: () => new Uint8Array(length) });
  }
  await writeSafetensors(path, [...tensors.values()]);
  return await MoeModel.open(path);
}

describe('a written model', () => {
  it('has the names, types and shapes of Hugging Face', async () => {
    const path = fileAt('names.safetensors');
    await writeMoeModel(path, shape, 1);
    const file = await SafetensorsFile.open(path);
    const { header } = file;
    await file.close();
    const described = Object.fromEntries(
      [...header.entries.values()].map((entry) => [entry.name, [entry.dtype, ...entry.shape]]),
    );
    expect(header.metadata.get('format')).toBe('pt');
    expect(Object.keys(described)).toHaveLength(1 + 3 * 6);
    expect(described).toMatchObject({
      'model.layers.0.mlp.gate.weight': ['BF16', 3, 256],
      [ofExpert(0, 'gate_proj.weight')]: ['F8_E4M3', 128, 256],
      [ofExpert(0, 'gate_proj.weight_scale_inv')]: ['F32', 1, 2],
      [ofExpert(1, 'up_proj.weight')]: ['F8_E4M3', 128, 256],
      [ofExpert(2, 'down_proj.weight')]: ['F8_E4M3', 256, 128],
      [ofExpert(2, 'down_proj.weight_scale_inv')]: ['F32', 2, 1],
    });
  });

  it('opens, and has weights that keep the size of values', async () => {
    const path = fileAt('sizes.safetensors');
    await writeMoeModel(path, shape, 7);
    const model = await MoeModel.open(path);
    expect(model.shape).toEqual(shape);
    const { codes, scales } = await model.readWeight(1, 'gate_proj');
    const values = e4m3ToFloat32Array(codes).map((value, i) => value * scales[Math.floor((i % 256) / 128)]!);
    const power = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(power * shape.hidden).toBeGreaterThan(0.2);
    expect(power * shape.hidden).toBeLessThan(5);
    await model.close();
  });

  it('is the same for the same seed', async () => {
    const seeds = [1, 1, 2];
    const contents = await Promise.all(
      seeds.map(async (seed, index) => {
        const path = fileAt(`seed-${index}.safetensors`);
        await writeMoeModel(path, shape, seed);
        const model = await MoeModel.open(path);
        const weight = await model.readWeight(2, 'up_proj');
        await model.close();
        return weight;
      }),
    );
    expect(contents[1]).toEqual(contents[0]);
    expect(contents[2]).not.toEqual(contents[0]);
  });
});

describe('a model that does not fit is refused:', () => {
  const router = 'model.layers.0.mlp.gate.weight';
  it.each<[what: string, name: string, change: Parameters<typeof openChanged>[1], message: string]>([
    [
      'no router',
      router,
      undefined,
      `expected a tensor named "${router}" but received a file with 18 others`,
    ],
    [
      'a router of float32',
      router,
      { dtype: 'F32', shape: [3, 256] },
      `expected BF16 for ${router} but received F32`,
    ],
    [
      'a router of three dimensions',
      router,
      { dtype: 'BF16', shape: [3, 2, 128] },
      'expected two dimensions',
    ],
    ['a router without experts', router, { dtype: 'BF16', shape: [0, 256] }, 'none of them 0'],
    [
      'more experts than there are',
      router,
      { dtype: 'BF16', shape: [4, 256] },
      `"${ofExpert(3, 'gate_proj.weight')}"`,
    ],
    [
      'a hidden size that ends within a block',
      router,
      { dtype: 'BF16', shape: [3, 250] },
      'expected a multiple of 128 for the hidden size but received 250',
    ],
    [
      'weights in bfloat16',
      ofExpert(1, 'up_proj.weight'),
      { dtype: 'BF16', shape: [128, 256] },
      `expected F8_E4M3 for ${ofExpert(1, 'up_proj.weight')} but received BF16`,
    ],
    [
      'a weight the other way round',
      ofExpert(1, 'down_proj.weight'),
      { dtype: 'F8_E4M3', shape: [128, 256] },
      'expected shape [256, 128]',
    ],
    [
      'a weight without scales',
      ofExpert(2, 'up_proj.weight_scale_inv'),
      undefined,
      'expected a tensor named',
    ],
    [
      'scales for each row',
      ofExpert(0, 'gate_proj.weight_scale_inv'),
      { dtype: 'F32', shape: [128, 2] },
      `expected shape [1, 2] for ${ofExpert(0, 'gate_proj.weight_scale_inv')} but received [128, 2]`,
    ],
    [
      'scales in bfloat16',
      ofExpert(0, 'gate_proj.weight_scale_inv'),
      { dtype: 'BF16', shape: [1, 2] },
      'expected F32',
    ],
  ])('%s', async (_, name, change, message) => {
    const opened = openChanged(name, change);
    await expect(opened).rejects.toThrow(DgValidationError);
    await expect(opened).rejects.toThrow(message);
  });

  it('another layer than there is', async () => {
    const path = fileAt('layer.safetensors');
    await writeMoeModel(path, shape, 1);
    await expect(MoeModel.open(path, 3)).rejects.toThrow('model.layers.3.mlp.gate.weight');
  });
});
