import { type Device, DgUnavailableError, getAvailability, requestDevice } from '@dg/runtime';
import type { Command } from 'commander';
import { cpuShape, type DemoResult, type DemoShape, gpuShape, runDemo } from './demo.js';
import { chooseDevice } from './device-choice.js';
import { formatTable } from './format-table.js';
import { parseCount } from './parse-count.js';
import { sampledRowCount } from './sampled-diff.js';
import type { WriteLine } from './write-line.js';

interface DemoOptions {
  readonly device?: string;
  readonly m?: number;
  readonly n?: number;
  readonly k?: number;
  readonly requireGpu?: boolean;
}

export function addDemoCommand(program: Command, writeLine: WriteLine): void {
  program
    .command('demo')
    .description('multiply two random matrices in FP8 and BF16 and check them against float64')
    .option('--device <id>', 'cuda, cuda:1, cpu (default: the first usable GPU, else cpu)')
    .option('--m <rows>', 'rows of A and D', parseCount)
    .option('--n <columns>', 'rows of B, columns of D', parseCount)
    .option('--k <depth>', 'columns of A and B', parseCount)
    .option('--require-gpu', 'fail when no GPU is used')
    .action(async (options: DemoOptions) => {
      const passed = await demo(options, writeLine);
      if (!passed) process.exitCode = 1;
    });
}

async function demo(options: DemoOptions, writeLine: WriteLine): Promise<boolean> {
  const choice = chooseDevice(options.device, process.env, getAvailability());
  const device = await requestDevice(choice.id);
  writeLine(`device: ${device.name}, ${device.properties.model} (${choice.explanation})`);
  if (options.requireGpu === true && device.kind !== 'cuda') {
    throw new DgUnavailableError(
      'gpu-required',
      `expected a cuda device for --require-gpu but received ${device.name}: ${choice.explanation}`,
      'Mend that, or leave --require-gpu out.',
    );
  }
  const defaults = device.kind === 'cuda' ? gpuShape : cpuShape;
  const shape = {
    m: options.m ?? defaults.m,
    n: options.n ?? defaults.n,
    k: options.k ?? defaults.k,
  };
  try {
    const results = await runDemo(device, shape);
    writeLine(formatTable([header, ...results.map((result) => rowOf(result, device, shape))]));
    writeLine(
      `diff: against float64 of the bfloat16 inputs, on ${sampledRowCount(shape.m, shape.n, shape.k)} rows; ` +
        `limits ${results.map((result) => result.largestDiff.toExponential(0)).join(' and ')}`,
    );
    return results.every((result) => result.passed);
  } finally {
    device.destroy();
  }
}

const header = ['operation', 'device', 'm x n x k', 'first call', 'per call', 'TFLOPS', 'diff', 'check'];

function rowOf(result: DemoResult, device: Device, { m, n, k }: DemoShape): string[] {
  return [
    result.operation,
    device.name,
    `${m} x ${n} x ${k}`,
    `${result.firstMilliseconds.toFixed(1)} ms`,
    `${result.callMicroseconds.toFixed(1)} us`,
    result.teraflops.toPrecision(4),
    result.diff.toExponential(2),
    result.passed ? 'pass' : 'FAIL',
  ];
}
