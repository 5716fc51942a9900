import type { CaseSizes, SeededRandom } from '@dg/testing';
import type { EntryPointName } from '../support/entry-points.js';
import { groupLayout } from '../support/group-layout.js';
import { completeMGrouped } from '../support/m-grouped-case.js';
import type { OperandType } from '../support/number-formats.js';
import { drawGroupedCommon } from './draw-grouped.js';
import { drawOptions } from './draw-options.js';
import { type CaseLimits, drawGroupCount, drawLimits, shuffled } from './draw-size.js';
import type { DrawnGemm } from './drawn-gemm.js';
import { contiguousNumbers } from './gemm-numbers.js';

const alignments = [64, 128, 192, 256] as const;
/** What a row of padding says instead of -1: contents that are no group. */
const strangePadding = [-2, -(2 ** 31), 1000, 2 ** 31 - 1];

export function drawContiguous(
  random: SeededRandom,
  sizes: CaseSizes,
  entry: EntryPointName,
  operandType: OperandType,
): DrawnGemm {
  const limits = drawLimits(random, sizes);
  const groups = drawGroupCount(random, limits);
  const layout = random.pick(['rows', 'psum'] as const);
  const mkAlignment = random.pick(sizes === 'small' ? [64, 128] : alignments);
  const rowsOf = drawRowCounts(random, groups, mkAlignment, limits);
  const order = layout === 'rows' && random.chance(0.6) ? shuffled(random, [...rowsOf.keys()]) : undefined;
  const needed = groupLayout(rowsOf, { layout, mkAlignment, order });
  const lastRow = Math.max(-1, ...needed.rows.map((rows) => rows.at(-1) ?? -1));
  // Up to the last row, to the end of its segment, or with padding after it.
  const m = random.pick([lastRow + 1, needed.m, needed.m, needed.m + random.integer(1, 300)]);
  const placed = groupLayout(rowsOf, { layout, mkAlignment, order, m });
  if (layout === 'rows' && random.chance(0.3)) {
    const padding = random.pick(strangePadding);
    for (const [row, group] of placed.contents.entries()) if (group === -1) placed.contents[row] = padding;
  }
  const totalRows = rowsOf.reduce((sum, count) => sum + count, 0);
  const common = drawGroupedCommon(random, sizes, operandType, limits, groups, m, totalRows);
  // Set for the device, in place of the option.
  const isSet = random.chance(0.3);
  const gemm = completeMGrouped(random, {
    ...common,
    form: 'contiguous',
    entry: entry.includes('Nn') ? 'nn' : 'nt',
    groups,
    m,
    options: {
      // Both defaults, said and left out.
      ...(layout === 'rows' && random.chance(0.5) ? {} : { layout }),
      ...(isSet || (mkAlignment === 128 && random.chance(0.5)) ? {} : { mkAlignment }),
    },
  });
  const call = drawOptions(random, sizes);
  return {
    entry,
    operandType,
    call: isSet ? { ...call, settings: { ...call.settings, mkAlignment } } : call,
    m,
    n: gemm.n,
    k: gemm.k,
    groups,
    description:
      `${JSON.stringify(gemm)}, ${layout}, alignment ${mkAlignment}, ` +
      `rows of groups ${JSON.stringify(rowsOf)}, order ${JSON.stringify(order ?? 'ascending')}`,
    drawNumbers: (numbersRandom) => contiguousNumbers(numbersRandom, gemm, placed),
  };
}

/** Few rows, none, an alignment unit and around it. Groups beyond the limit of rows stay empty. */
function drawRowCounts(
  random: SeededRandom,
  groups: number,
  mkAlignment: number,
  limits: CaseLimits,
): number[] {
  if (random.chance(0.05)) return new Array<number>(groups).fill(0);
  // Segments take whole units, of which there are to be few: all rows of D are kept and compared.
  let rowsLeft = Math.max(4 * limits.m, groups > 6 ? 24 * mkAlignment : 0);
  const counts = Array.from({ length: groups }, () => {
    const count = random.pick([
      0,
      1,
      random.integer(2, 20),
      mkAlignment,
      random.integer(1, mkAlignment + 20),
    ]);
    const taken = Math.ceil(count / mkAlignment) * mkAlignment;
    if (taken > rowsLeft) return 0;
    rowsLeft -= taken;
    return count;
  });
  return shuffled(random, counts);
}
