import { DgValidationError } from '@dg/runtime';
import type { Command } from 'commander';
import type { OutputType } from '../problem/gemm-problem.js';
import { type EntryPointName, entryPointNames } from '../warmup/entry-points.js';
import type { Extent } from '../warmup/extent.js';
import type { WarmupOperation } from '../warmup/warmup-operation.js';
import { choiceOf, choicesOf } from './parse-choice.js';
import { parseExtent } from './parse-extent.js';
import { readShapes } from './read-shapes.js';

/** Operations of the command line, without those of a file. */
export interface OperationOptions {
  readonly operation?: EntryPointName[];
  readonly m?: Extent;
  readonly n?: Extent;
  readonly k?: Extent;
  readonly groups?: Extent;
  readonly expectedM?: Extent;
  readonly d?: OutputType[];
  readonly c?: boolean;
  readonly layout?: 'contiguous' | 'any';
}

/** A file of shapes as the argument, and the options of one operation. */
export function addOperationOptions(command: Command): Command {
  return command
    .argument('[shapes]', 'JSON file with a list of operations')
    .option('--operation <names>', `of ${entryPointNames.join(', ')}`, choicesOf(entryPointNames))
    .option('--m <rows>', '64, 1,64,128, 1..8192 or 128..65536/128', parseExtent)
    .option('--n <columns>', 'likewise', parseExtent)
    .option('--k <depth>', 'likewise', parseExtent)
    .option('--groups <groups>', 'likewise; of grouped operations', parseExtent)
    .option('--expected-m <rows>', 'likewise; of masked operations (default: 1 to M)', parseExtent)
    .option('--d <types>', 'bfloat16, float32 (default: both)', choicesOf(['bfloat16', 'float32'] as const))
    .option('--c', 'with C only (default: with and without)')
    .option('--no-c', 'without C only')
    .option('--layout <layout>', 'contiguous, or any for views', choiceOf(['contiguous', 'any'] as const));
}

/** Those of the file, then those of the options. */
export function operationsOf(shapes: string | undefined, options: OperationOptions): WarmupOperation[] {
  return [...(shapes === undefined ? [] : readShapes(shapes)), ...namedOperations(options)];
}

/** `--operation` with the sizes that go with it: those that are given go with every name. */
function namedOperations(options: OperationOptions): WarmupOperation[] {
  const { operation: names = [], m, n, k, groups, expectedM, d, c, layout } = options;
  return names.map((operation) => {
    if (m === undefined || n === undefined || k === undefined) {
      throw new DgValidationError(
        `expected --m, --n and --k for --operation ${operation} but received fewer`,
      );
    }
    return {
      operation,
      m,
      n,
      k,
      ...(groups === undefined ? {} : { groups }),
      ...(expectedM === undefined ? {} : { expectedM }),
      ...(d === undefined ? {} : { d }),
      ...(c === undefined ? {} : { c }),
      ...(layout === undefined ? {} : { layout }),
    };
  });
}
