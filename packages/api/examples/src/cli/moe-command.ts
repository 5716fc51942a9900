import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { parseCount } from '../../../src/cli/parse-count.js';
import { runMoe } from '../moe/run-moe.js';
import { defaultMoeSizes, type MoeSizes } from './default-sizes.js';
import { fromHere } from './from-here.js';
import { parseIndex } from './parse-index.js';
import { requestExampleDevice } from './request-example-device.js';
import { writeModelFile } from './write-model-file.js';

interface MoeOptions extends Partial<MoeSizes> {
  readonly device?: string;
  readonly model?: string;
  readonly layer: number;
  readonly seed: number;
}

export function addMoeCommand(program: Command, writeLine: (line: string) => void): void {
  program
    .command('moe')
    .description('a mixture-of-experts layer from a model file, for a prompt and for single tokens')
    .option('--device <id>', 'cuda, cuda:1, cpu, sim:sm_90a (default: the first usable GPU, else cpu)')
    .option(
      '--model <file>',
      'safetensors with block-quantised FP8 experts (default: a new one of random weights)',
    )
    .option('--layer <index>', 'which layer of the file', parseIndex, 0)
    .option('--prefill-tokens <count>', 'tokens of the prompt', parseCount)
    .option('--decode-tokens <count>', 'tokens of a batch', parseCount)
    .option('--top-k <count>', 'experts of each token', parseCount)
    .option('--hidden <size>', 'of the new file, a multiple of 128', parseCount)
    .option('--intermediate <size>', 'of the new file, a multiple of 128', parseCount)
    .option('--experts <count>', 'of the new file', parseCount)
    .option('--seed <number>', 'of tokens and weights', parseIndex, 1)
    .action(async (options: MoeOptions) => {
      const passed = await moe(options, writeLine);
      writeLine(passed ? 'every check passed' : 'CHECKS FAILED');
      if (!passed) process.exitCode = 1;
    });
}

async function moe(options: MoeOptions, writeLine: (line: string) => void): Promise<boolean> {
  const device = await requestExampleDevice(options.device, writeLine);
  const sizes = { ...defaultMoeSizes(device.kind), ...options };
  const { seed, layer } = options;
  try {
    if (options.model !== undefined) {
      return await runMoe({ ...sizes, device, path: fromHere(options.model), layer, seed, writeLine });
    }
    const folder = await mkdtemp(join(tmpdir(), 'dg-example-'));
    try {
      const path = join(folder, 'model.safetensors');
      await writeModelFile(path, sizes, seed, writeLine);
      return await runMoe({ ...sizes, device, path, layer, seed, writeLine });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } finally {
    device.destroy();
  }
}
