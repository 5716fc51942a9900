import { join } from 'node:path';
import { DgValidationError } from '@dg/jit';
import type { BundlePaths } from './bundle-paths.js';
import {
  benchCommand,
  type CommandLine,
  exampleCommand,
  factsCommand,
  outputNames,
  peersCommand,
  searchCommand,
  testCommand,
  warmCommand,
} from './commands.js';

export type PartName = 'facts' | 'warm' | 'test' | 'search' | 'examples' | 'bench' | 'sanitizer';

/** In the order in which they run. */
export const partNames: readonly PartName[] = [
  'facts',
  'warm',
  'test',
  'search',
  'examples',
  'bench',
  'sanitizer',
];

const defaultLimitSeconds: Readonly<Record<PartName, number>> = {
  facts: 30,
  warm: 300,
  test: 540,
  search: 420,
  examples: 480,
  bench: 540,
  sanitizer: 540,
};

const resultsOf: Readonly<Record<PartName, readonly string[]>> = {
  facts: [],
  warm: [],
  test: [outputNames.tests],
  search: [outputNames.search],
  examples: [],
  bench: [outputNames.peers, outputNames.bench],
  sanitizer: [],
};

/** What these print is short and what one wants to see; and no more than 8 files come back from the machine. */
const saidInSummary: readonly PartName[] = ['facts', 'warm', 'search', 'examples'];

/** Part of its limit that the yardstick may take. */
const yardstickShare = 0.5;

/** For the cases that run when the time of the search is up. */
const searchReserveSeconds = 30;

export interface PlannedStep {
  readonly command: CommandLine;
  readonly limitSeconds: number;
}

export interface PlannedPart {
  readonly name: PartName;
  /** File of the outputs that gets what the steps print. */
  readonly log: string;
  /** Other files that the steps write there. */
  readonly results: readonly string[];
  readonly steps: readonly PlannedStep[];
}

export interface PlanOptions {
  /** `test,bench`; everything when undefined. */
  readonly only?: string | undefined;
  /** Seconds of some parts: `test=300,bench=200`. */
  readonly limits?: string | undefined;
  /** Folder of logs and results. */
  readonly outputs: string;
  /** The yardstick program; undefined when there is none. */
  readonly peers: string | undefined;
}

/** What to run. Throws DgValidationError for an unknown part or a malformed limit. */
export function planParts(paths: BundlePaths, options: PlanOptions): PlannedPart[] {
  const chosen = options.only?.split(',').map((name) => parsePart(name, '--only')) ?? partNames;
  const limits = { ...defaultLimitSeconds, ...parseLimits(options.limits) };
  return partNames
    .filter((name) => chosen.includes(name))
    .map((name) => ({
      name,
      log: saidInSummary.includes(name) ? outputNames.summary : `${name}.log`,
      results: resultsOf[name],
      steps: stepsOf(name, limits[name], paths, options),
    }));
}

function stepsOf(
  name: PartName,
  limitSeconds: number,
  paths: BundlePaths,
  { outputs, peers }: PlanOptions,
): PlannedStep[] {
  switch (name) {
    case 'facts':
      return [{ command: factsCommand, limitSeconds }];
    case 'warm':
      return [{ command: warmCommand(paths, []), limitSeconds }];
    case 'test':
      return [{ command: testCommand(paths, outputs, []), limitSeconds }];
    case 'search': {
      // Ends by itself, with a summary of what it did, before it is ended.
      const seconds = `${Math.max(1, limitSeconds - searchReserveSeconds)}`;
      const out = join(outputs, outputNames.search);
      return [{ command: searchCommand(paths, ['--out', out, '--seconds', seconds]), limitSeconds }];
    }
    case 'examples':
      return ['moe', 'linear'].map((name) => ({
        command: exampleCommand(paths, [name]),
        limitSeconds: Math.round(limitSeconds / 2),
      }));
    case 'sanitizer':
      return [{ command: [paths.node, paths.runner, 'sanitizer'], limitSeconds }];
    case 'bench': {
      const out = ['--out', join(outputs, outputNames.bench)];
      if (peers === undefined) return [{ command: benchCommand(paths, out), limitSeconds }];
      const yardstickSeconds = Math.round(limitSeconds * yardstickShare);
      const yardstick = ['--yardstick', join(outputs, outputNames.peers)];
      return [
        { command: peersCommand(peers, outputs), limitSeconds: yardstickSeconds },
        {
          command: benchCommand(paths, [...out, ...yardstick]),
          limitSeconds: limitSeconds - yardstickSeconds,
        },
      ];
    }
  }
}

function parseLimits(text: string | undefined): Partial<Record<PartName, number>> {
  if (text === undefined) return {};
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name = '', seconds = ''] = part.split('=');
      if (!/^[1-9]\d*$/.test(seconds)) {
        throw new DgValidationError(
          `expected PART=SECONDS for --limits but received ${JSON.stringify(part)}`,
        );
      }
      return [parsePart(name, '--limits'), Number(seconds)];
    }),
  );
}

function parsePart(text: string, option: string): PartName {
  const name = partNames.find((candidate) => candidate === text.trim());
  if (name !== undefined) return name;
  throw new DgValidationError(
    `expected ${partNames.join(', ')} for ${option} but received ${JSON.stringify(text)}`,
  );
}
