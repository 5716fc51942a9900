import type { Command } from 'commander';
import { parseCount } from '../../../src/cli/parse-count.js';
import type { MoeShape } from '../model/moe-shape.js';
import { defaultMoeSizes } from './default-sizes.js';
import { fromHere } from './from-here.js';
import { parseIndex } from './parse-index.js';
import { writeModelFile } from './write-model-file.js';

interface WriteModelOptions extends MoeShape {
  readonly out: string;
  readonly seed: number;
}

export function addWriteModelCommand(program: Command, writeLine: (line: string) => void): void {
  const { hidden, intermediate, experts } = defaultMoeSizes('cpu');
  program
    .command('write-model')
    .description('write a model file with one mixture-of-experts layer of random weights')
    .requiredOption('--out <file>', 'where to write it')
    .option('--hidden <size>', 'a multiple of 128', parseCount, hidden)
    .option('--intermediate <size>', 'a multiple of 128', parseCount, intermediate)
    .option('--experts <count>', 'experts of the layer', parseCount, experts)
    .option('--seed <number>', 'of the weights', parseIndex, 1)
    .action(async ({ out, seed, ...shape }: WriteModelOptions) => {
      await writeModelFile(fromHere(out), shape, seed, writeLine);
    });
}
