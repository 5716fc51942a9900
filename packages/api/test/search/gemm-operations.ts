import type { CaseSizes, SearchOperation, SeededRandom } from '@dg/testing';
import * as api from '../../src/index.js';
import {
  type EntryPointName,
  entryPointNames,
  entryPoints,
  type GemmLibrary,
  groupingOf,
} from '../support/entry-points.js';
import { checkGemmCall } from './check-gemm-call.js';
import { canBeSpoiled, checkRefusedGemm } from './check-refused-gemm.js';
import { drawContiguous } from './draw-contiguous.js';
import { type DenseEntryPoint, drawDense } from './draw-dense.js';
import { drawKGrouped } from './draw-k-grouped.js';
import { drawMasked } from './draw-masked.js';
import type { DrawnGemm } from './drawn-gemm.js';

/** Keeps the numbers of a case apart from its shape, which can then be told without drawing them. */
const numbersStream = 1;

/** Every GEMM, for a search; of the library, or of what a test puts in its place. */
export function gemmOperations(library: GemmLibrary = api): SearchOperation[] {
  return entryPointNames.map((name) => ({
    name,
    draw: (random, sizes) => {
      const drawn = drawGemm(random, sizes, name);
      return {
        description: `${name}: ${drawn.description}, ${JSON.stringify(drawn.call)}`,
        check: (devices) => {
          const numbers = drawn.drawNumbers(random.fork(numbersStream));
          return checkGemmCall(numbers, drawn.call, drawn.operandType, devices, library);
        },
      };
    },
    drawRefused: (random) => {
      let drawn = drawGemm(random, 'small', name);
      while (!canBeSpoiled(drawn)) drawn = drawGemm(random, 'small', name);
      return {
        description: `${name} made wrong: ${drawn.description}`,
        check: (devices) => checkRefusedGemm(drawn, random.fork(numbersStream), devices, library),
      };
    },
  }));
}

function drawGemm(random: SeededRandom, sizes: CaseSizes, name: EntryPointName): DrawnGemm {
  const { operandType } = entryPoints[name];
  switch (groupingOf(name)) {
    case 'groupedLayout':
      return drawContiguous(random, sizes, name, operandType);
    case 'maskedM':
      return drawMasked(random, sizes, name, operandType);
    case 'ks':
      return drawKGrouped(random, sizes, name, operandType);
    case undefined:
      return drawDense(random, sizes, name as DenseEntryPoint, operandType);
  }
}
