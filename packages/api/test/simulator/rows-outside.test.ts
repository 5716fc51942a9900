import { type GemmConfig, gemmConfigName, storeBoxRows } from '@dg/kernels';
import { seededRandom, testSeed } from '@dg/testing';
import { describe, expect, it } from 'vitest';
import { denseGemmConfigs } from '../../src/config/gemm-candidates.js';
import { checkOutput } from '../support/check-output.js';
import { completeCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import { kinds, layoutOfD, runOn, stageK } from './every-configuration.js';

/** How rows are shared out: the configurations of one such way load A, and clear what no box of it fills, alike. */
function wayOfRows({ blockM, mathWarpgroups, warpgroupsN = 1, clusterN, splitK = 1 }: GemmConfig): string {
  return [blockM, mathWarpgroups, warpgroupsN, clusterN, splitK > 1].join(' ');
}

function oneOfEachWay(kind: (typeof kinds)[keyof typeof kinds]): readonly GemmConfig[] {
  const byWay = new Map<string, GemmConfig>();
  for (const config of denseGemmConfigs(kind)) {
    const known = byWay.get(wayOfRows(config));
    if (known === undefined || config.blockN < known.blockN) byWay.set(wayOfRows(config), config);
  }
  return [...byWay.values()];
}

// Four tiles for two clusters, each with fewer blocks of K than there are stages: later tiles come to stages that none
// before them has used. The simulator reports what is read and was never written.
describe.each(['float8_e4m3fn', 'bfloat16'] as const)('rows outside A, %s', (operandType) => {
  const configs = oneOfEachWay(kinds[operandType]);

  it('is tried in several ways', () => expect(configs.length).toBeGreaterThan(5));

  it.each(configs.map((config) => ({ config, name: gemmConfigName(config) })))(
    '$name',
    async ({ config }) => {
      const random = seededRandom(testSeed());
      const { blockM, clusterM, blockN, clusterN, splitK = 1 } = config;
      const lastTile = blockM > storeBoxRows ? storeBoxRows + 5 : 17;
      for (const m of [5, blockM * clusterM + lastTile]) {
        const n = (m === 5 ? 4 : 2) * blockN * clusterN;
        const gemm = completeCase(random, {
          operandType,
          m,
          n,
          k: 2 * splitK * stageK[operandType],
          outputType: config.output,
          scaleLayoutA: 'mn-major aligned',
          data: 'integers',
          ...layoutOfD(config, n),
        });
        const data = drawData(random, gemm);
        checkOutput(gemm, data, await runOn({}, gemm, data, config), [0, m - 1]);
      }
    },
  );
});
