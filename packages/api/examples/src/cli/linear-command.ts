import type { Command } from 'commander';
import { parseCount } from '../../../src/cli/parse-count.js';
import type { LinearShape } from '../linear/linear-layer.js';
import { runLinear } from '../linear/run-linear.js';
import { defaultLinearShape } from './default-sizes.js';
import { parseIndex } from './parse-index.js';
import { requestExampleDevice } from './request-example-device.js';

interface LinearOptions extends Partial<LinearShape> {
  readonly device?: string;
  readonly seed: number;
}

export function addLinearCommand(program: Command, writeLine: (line: string) => void): void {
  program
    .command('linear')
    .description('forward, input gradient and weight gradient of a linear layer')
    .option('--device <id>', 'cuda, cuda:1, cpu, sim:sm_90a (default: the first usable GPU, else cpu)')
    .option('--tokens <count>', 'rows of the input, a multiple of 16', parseCount)
    .option('--inputs <size>', 'columns of the input, a multiple of 16', parseCount)
    .option('--outputs <size>', 'columns of the output, a multiple of 16', parseCount)
    .option('--seed <number>', 'of all data', parseIndex, 1)
    .action(async (options: LinearOptions) => {
      const passed = await linear(options, writeLine);
      writeLine(passed ? 'every check passed' : 'CHECKS FAILED');
      if (!passed) process.exitCode = 1;
    });
}

async function linear(options: LinearOptions, writeLine: (line: string) => void): Promise<boolean> {
  const device = await requestExampleDevice(options.device, writeLine);
  try {
    const { tokens, inputs, outputs } = { ...defaultLinearShape(device.kind), ...options };
    return await runLinear({ device, shape: { tokens, inputs, outputs }, seed: options.seed, writeLine });
  } finally {
    device.destroy();
  }
}
