import { Tensor } from '@dg/runtime';
import { expectRefused, type Named, type Spoil } from '@dg/testing';
import {
  type CallArguments,
  callEntryPoint,
  type EntryPointName,
  type GemmLibrary,
} from '../support/entry-points.js';

/** Makes the call wrong in one way. It must be refused, with D and all inputs of the right call as they were. */
export async function expectSpoilRefused(
  name: EntryPointName,
  call: CallArguments,
  { name: mistake, expected, spoil }: Spoil<Named>,
  library?: GemmLibrary,
): Promise<void> {
  const spoiled = { ...call, ...spoil() } as CallArguments;
  const untouched = Object.values(call).flatMap((value) => (value instanceof Tensor ? [value.buffer] : []));
  try {
    await expectRefused({
      operation: name,
      expected,
      call: () => callEntryPoint(name, spoiled, library),
      untouched,
    });
  } catch (error) {
    throw new Error(`${mistake}: ${(error as Error).message}`);
  }
}
