import { type Device, Tensor } from '@dg/runtime';
import {
  type Named,
  type Spoil,
  sizeSpoils,
  strangeValueSpoils,
  tensorSpoils,
  wrongOptionsSpoils,
} from '@dg/testing';
import { type CallArguments, type EntryPointName, groupingOf } from '../support/entry-points.js';
import { callOptionSpoils } from './call-option-spoils.js';
import { operandSpoils, partialBlockSpoils } from './operand-spoils.js';
import { outputSpoils } from './output-spoils.js';

/**
 * Ways to make a right call of a GEMM wrong, one thing each, by the kind of mistake. M, N and K are at least 3, and there
 * are at least 2 groups, where there are groups at all.
 */
export function gemmSpoils(
  device: Device,
  name: EntryPointName,
  call: CallArguments,
): Readonly<Record<string, readonly Spoil<Named>[]>> {
  const tensors = Object.entries(call).filter(
    (entry): entry is [string, Tensor] => entry[1] instanceof Tensor,
  );
  const operands = tensors.filter(([argument]) => /^[ab](\.data)?$/.test(argument));
  const grouping = groupingOf(name);
  return {
    tensors: tensors.flatMap(([argument, tensor]) => tensorSpoils(device, argument, tensor)),
    'strange values': [
      ...tensors.flatMap(([argument]) => strangeValueSpoils(argument)),
      ...wrongOptionsSpoils(),
    ],
    sizes: tensors.flatMap(([argument, tensor]) => {
      const sizes = sizeSpoils(device, argument, tensor, / of shape | multiple of /);
      // B alone says how many groups there are.
      return argument === 'b' && grouping === 'groupedLayout' ? sizes.slice(1) : sizes;
    }),
    operands: [
      ...operands.flatMap(([argument, operand]) => operandSpoils(device, argument, operand)),
      ...(grouping === 'ks' ? partialBlockSpoils(device, operands) : []),
    ],
    output: outputSpoils(device, tensors),
    options: callOptionSpoils(device, name, call),
  };
}
