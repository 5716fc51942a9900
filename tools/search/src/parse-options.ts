import { availableParallelism } from 'node:os';
import { DgValidationError } from '@dg/jit';
import type { CaseSizes } from '@dg/testing';
import { caseCountFor, sizesFor } from './search-devices.js';

/** What the command line says, as text. */
export interface SearchOptions {
  readonly device: string;
  readonly seed?: string;
  readonly cases?: string;
  readonly case?: string;
  readonly sizes?: string;
  readonly workers?: string;
  readonly seconds?: string;
  readonly failures: string;
  readonly caseSeconds: string;
  readonly out?: string;
}

export interface ParsedOptions {
  readonly device: string;
  readonly seed: number;
  readonly cases: number;
  /** The only case to run. */
  readonly onlyCase: number | undefined;
  readonly sizes: CaseSizes;
  readonly workers: number;
  readonly seconds: number;
  readonly mostFailures: number;
  readonly caseSeconds: number;
}

const seeds = 2 ** 32;

/** Throws DgValidationError for a number that is none, or sizes that are not known. */
export function parseOptions(options: SearchOptions): ParsedOptions {
  const { device } = options;
  return {
    device,
    seed: integer('--seed', options.seed, 0) ?? Math.floor(Math.random() * seeds),
    cases: integer('--cases', options.cases, 1) ?? caseCountFor(device),
    onlyCase: integer('--case', options.case, 0),
    sizes: parseSizes(options.sizes) ?? sizesFor(device),
    workers: integer('--workers', options.workers, 1) ?? availableParallelism(),
    seconds: integer('--seconds', options.seconds, 1) ?? Number.POSITIVE_INFINITY,
    mostFailures: integer('--failures', options.failures, 1)!,
    caseSeconds: integer('--case-seconds', options.caseSeconds, 1)!,
  };
}

function integer(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value < seeds) return value;
  throw new DgValidationError(
    `expected an integer from ${least} to ${seeds - 1} for ${option} but received ${JSON.stringify(text)}`,
  );
}

function parseSizes(text: string | undefined): CaseSizes | undefined {
  if (text === undefined || text === 'small' || text === 'full') return text;
  throw new DgValidationError(`expected small or full for --sizes but received ${JSON.stringify(text)}`);
}
