import type { BenchContext } from '../bench-context.js';
import { chosenConfigName } from '../chosen-config.js';
import { caseName, type GemmCase } from '../gemms/gemm-case.js';
import { inputSetCount } from '../inputs/input-set-count.js';
import { variantName } from '../launch-variant.js';
import { pause } from '../pause.js';
import { compareWithPeers } from '../peers/compare-with-peers.js';
import type { GemmRow } from '../result-row.js';
import { checkGemm } from './check-gemm.js';
import { launchesOfLast, timeLaunches } from './time-launches.js';
import { withSets } from './with-sets.js';

/** Times one product and checks the result on the same buffers. Throws DgError when it is wrong. */
export async function measureGemm(context: BenchContext, gemm: GemmCase): Promise<GemmRow> {
  const { device, variant, effort, yardsticks, identity } = context;
  const { op, shape, flop, bytes } = gemm;
  return await withSets(
    context,
    inputSetCount(bytes, context.coldBytes),
    gemm.createSet,
    async (sets, stream) => {
      const calls = sets.map((set) => set.callWith({ ...variant, stream }));
      calls[0]!();
      await stream.synchronize();
      await pause(context.pauseMilliseconds);
      const last = sets.at(-1)!;
      const us = await timeLaunches(stream, calls, effort, () => last.resetOutput(stream));
      const diff = await checkGemm(last, caseName(gemm), launchesOfLast(calls.length, effort));
      return {
        op,
        shape,
        us,
        tflops: flop / us / 1e6,
        gbs: bytes / us / 1e3,
        config: chosenConfigName(gemm.problem, device.properties),
        sets: sets.length,
        diff,
        checked: true,
        ...(variantName(variant) === '' ? {} : { options: variantName(variant) }),
        ...compareWithPeers(op, shape, us, yardsticks),
        ...identity,
      };
    },
  );
}
