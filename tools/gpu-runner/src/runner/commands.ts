import { join } from 'node:path';
import type { BundlePaths } from './bundle-paths.js';

/** A program and its arguments. */
export type CommandLine = readonly [program: string, ...args: string[]];

export const sanitizerTools = ['memcheck', 'racecheck', 'synccheck'] as const;
export type SanitizerTool = (typeof sanitizerTools)[number];

/** So that a report of the sanitizer is told from a failure of the program. */
const sanitizerFindingExitCode = '86';

/** The names of the files that a run of everything leaves: with the logs of its parts, 8, as many as come back. */
export const outputNames = {
  summary: 'summary.txt',
  tests: 'test.json',
  search: 'search.json',
  bench: 'bench.jsonl',
  peers: 'peers.jsonl',
} as const;

/** The conformance suite; with `outputs`, also as JSON there. */
export function testCommand(
  paths: BundlePaths,
  outputs: string | undefined,
  args: readonly string[],
): CommandLine {
  const json =
    outputs === undefined ? [] : ['--reporter=json', `--outputFile.json=${join(outputs, outputNames.tests)}`];
  return [
    paths.node,
    paths.vitest,
    'run',
    '--root',
    paths.root,
    '--config',
    paths.vitestConfig,
    '--reporter=default',
    ...json,
    ...args,
  ];
}

export function benchCommand(paths: BundlePaths, args: readonly string[]): CommandLine {
  return [paths.node, paths.bench, 'run', ...args];
}

export function searchCommand(paths: BundlePaths, args: readonly string[]): CommandLine {
  return [paths.node, paths.search, ...args];
}

export function warmCommand(paths: BundlePaths, args: readonly string[]): CommandLine {
  return [paths.node, paths.bench, 'warm', ...args];
}

export function sweepCommand(paths: BundlePaths, args: readonly string[]): CommandLine {
  return [paths.node, paths.sweep, ...args];
}

export function demoCommand(paths: BundlePaths, args: readonly string[]): CommandLine {
  return [paths.node, paths.api, 'demo', ...args];
}

export function exampleCommand(paths: BundlePaths, args: readonly string[]): CommandLine {
  return [paths.node, paths.examples, ...args];
}

export function jitCheckCommand(paths: BundlePaths, args: readonly string[]): CommandLine {
  return [paths.node, paths.jitCheck, ...args];
}

/** Small shapes of every kernel under one tool of compute-sanitizer. */
export function sanitizerCommand(paths: BundlePaths, tool: SanitizerTool): CommandLine {
  return [
    'compute-sanitizer',
    '--tool',
    tool,
    '--target-processes',
    'all',
    // A refused driver call is not a fault of a kernel: the addon finds a kernel's parameters by asking one too many,
    // and every other refusal is an error that fails the exercise.
    ...(tool === 'memcheck' ? ['--report-api-errors', 'no'] : []),
    '--error-exitcode',
    sanitizerFindingExitCode,
    paths.node,
    paths.bench,
    'exercise',
  ];
}

/** The yardstick of the dense tables. */
export function peersCommand(script: string, outputs: string): CommandLine {
  return [
    'python3',
    script,
    '--peers',
    'cublaslt,cublaslt_tensorwise_fastaccum',
    '--out',
    join(outputs, outputNames.peers),
  ];
}

export const factsCommand: CommandLine = [
  'nvidia-smi',
  '--query-gpu=name,driver_version,memory.total,clocks.max.sm,clocks.sm,power.limit,temperature.gpu',
  '--format=csv',
];
