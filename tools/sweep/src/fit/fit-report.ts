import { libraryConstants, type ModelConstant } from './cost-model.js';
import type { ModelFit } from './fit-model.js';
import type { SelectionLoss } from './selection-loss.js';

const digits = 4;

/** What a fit changed and what that is good for, for the terminal. */
export function fitReport({ constants, before, after }: ModelFit, fitted: readonly ModelConstant[]): string {
  return [
    lossLine('before', before),
    lossLine('after', after),
    ...fitted.map(
      (name) =>
        `${name.padEnd(30)} ${libraryConstants[name].toPrecision(digits).padStart(12)} → ` +
        `${constants[name].toPrecision(digits).padStart(12)}`,
    ),
    JSON.stringify(constants),
  ].join('\n');
}

function lossLine(name: string, { meanRatio, worstRatio, logError, loss }: SelectionLoss): string {
  return (
    `${name.padEnd(7)} chosen over best: ${meanRatio.toFixed(4)} in geometric mean, ${worstRatio.toFixed(4)} at worst; ` +
    `estimates off by ${(100 * logError).toFixed(1)} %; loss ${loss.toFixed(5)}`
  );
}
