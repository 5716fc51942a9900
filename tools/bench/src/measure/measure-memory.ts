import type { BenchContext } from '../bench-context.js';
import { inputSetCount } from '../inputs/input-set-count.js';
import type { MemoryCase } from '../memory/memory-case.js';
import { pause } from '../pause.js';
import type { MemoryRow } from '../result-row.js';
import { timeLaunches } from './time-launches.js';
import { withSets } from './with-sets.js';

/**
 * Times one operation that only moves memory and checks the result on the same buffers.
 *
 * @param copyGbs what a copy within the device's memory reaches in the same run.
 * @throws DgError when it is wrong.
 */
export async function measureMemory(
  context: BenchContext,
  { op, shape, bytes, createSet }: MemoryCase,
  copyGbs: number,
): Promise<MemoryRow> {
  return await withSets(context, inputSetCount(bytes, context.coldBytes), createSet, async (sets, stream) => {
    const calls = sets.map((set) => set.callWith({ stream }));
    calls[0]!();
    await stream.synchronize();
    await pause(context.pauseMilliseconds);
    const us = await timeLaunches(stream, calls, context.effort);
    await sets.at(-1)!.check();
    const gbs = bytes / us / 1e3;
    return {
      op,
      shape,
      us,
      gbs,
      copy_gbs: copyGbs,
      ratio_copy: gbs / copyGbs,
      sets: sets.length,
      checked: true,
      ...context.identity,
    };
  });
}
