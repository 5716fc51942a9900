/** Where the rows of each group lie in an M-grouped contiguous GEMM. */
export interface GroupLayout {
  /** Of A and D. */
  readonly m: number;
  /** Of each group. */
  readonly rows: readonly (readonly number[])[];
  /** What groupedLayout holds. */
  readonly contents: Int32Array<ArrayBuffer>;
}

export interface GroupLayoutOptions {
  readonly layout: 'rows' | 'psum';
  readonly mkAlignment: number;
  /** Rows in all, at least those that are needed; as many as needed, rounded up to the alignment, when left out. */
  readonly m?: number | undefined;
  /** The groups from the top to the bottom; ascending when left out, and for psum. */
  readonly order?: readonly number[] | undefined;
}

/** Gives each group as many rows as `sizes` says, from the next multiple of the alignment on. */
export function groupLayout(sizes: readonly number[], options: GroupLayoutOptions): GroupLayout {
  const { layout, mkAlignment, order = sizes.map((_, group) => group) } = options;
  const aligned = (row: number) => Math.ceil(row / mkAlignment) * mkAlignment;
  const rows: number[][] = sizes.map(() => []);
  const ends = new Int32Array(sizes.length);
  let end = 0;
  for (const group of order) {
    const start = aligned(end);
    // An empty group ends where the one before it does.
    if (sizes[group]! > 0) end = start + sizes[group]!;
    ends[group] = end;
    rows[group] = Array.from({ length: sizes[group]! }, (_, row) => start + row);
  }
  const m = options.m ?? aligned(end);
  if (m < end) throw new Error(`expected at least ${end} for m but received ${m}`);
  return { m, rows, contents: layout === 'psum' ? ends : groupOfRows(m, rows) };
}

function groupOfRows(m: number, rows: readonly (readonly number[])[]): Int32Array<ArrayBuffer> {
  const groupOf = new Int32Array(m).fill(-1);
  for (const [group, each] of rows.entries()) for (const row of each) groupOf[row] = group;
  return groupOf;
}
