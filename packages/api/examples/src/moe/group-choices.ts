/** Where the rows of each expert lie in one long matrix. */
export interface GroupedChoices {
  /** The row of each choice. */
  readonly rows: Int32Array<ArrayBuffer>;
  /** The expert of each row, and -1 for padding. */
  readonly groupedLayout: Int32Array<ArrayBuffer>;
}

const padding = -1;

/**
 * Sorts choices by expert, those of one expert in their own order. The rows of each expert start at a multiple of
 * `alignment`, because no tile of a GEMM may hold rows of two.
 *
 * @param chosen the expert of each choice, 0 to experts - 1.
 */
export function groupChoices(chosen: Int32Array, experts: number, alignment: number): GroupedChoices {
  const counts = new Int32Array(experts);
  for (const expert of chosen) counts[expert]! += 1;

  const next = new Int32Array(experts);
  let total = 0;
  for (let expert = 0; expert < experts; expert++) {
    next[expert] = total;
    total += Math.ceil(counts[expert]! / alignment) * alignment;
  }

  const groupedLayout = new Int32Array(total).fill(padding);
  const rows = new Int32Array(chosen.length);
  chosen.forEach((expert, choice) => {
    const row = next[expert]!++;
    rows[choice] = row;
    groupedLayout[row] = expert;
  });
  return { rows, groupedLayout };
}
