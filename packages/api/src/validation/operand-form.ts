/** How an entry point takes an operand. */
export interface OperandForm {
  /** The name of the dimension besides K. */
  readonly mn: 'M' | 'N';
  /** True when it is given transposed, with K before M or N. Its scales are then given transposed too. */
  readonly kFirst: boolean;
  /** True when a dimension of groups comes before the other two. */
  readonly grouped: boolean;
}

const rowsOfA: OperandForm = { mn: 'M', kFirst: false, grouped: false };
const rowsOfB: OperandForm = { mn: 'N', kFirst: false, grouped: false };

export interface GemmForm {
  readonly a: OperandForm;
  readonly b: OperandForm;
}

/** The first letter is A's, the second B's: N is [M, K] for A and [K, N] for B, T the other way round. */
export const forms = {
  nt: { a: rowsOfA, b: rowsOfB },
  nn: { a: rowsOfA, b: { ...rowsOfB, kFirst: true } },
  tn: { a: { ...rowsOfA, kFirst: true }, b: { ...rowsOfB, kFirst: true } },
  tt: { a: { ...rowsOfA, kFirst: true }, b: rowsOfB },
  /** B alone has groups: M-grouped contiguous. */
  groupedBNt: { a: rowsOfA, b: { ...rowsOfB, grouped: true } },
  groupedBNn: { a: rowsOfA, b: { ...rowsOfB, kFirst: true, grouped: true } },
  /** Both have groups: M-grouped masked. */
  groupedNt: { a: { ...rowsOfA, grouped: true }, b: { ...rowsOfB, grouped: true } },
} as const satisfies Record<string, GemmForm>;

/** [G, M or N, K] in the order in which the entry point takes them, without G where the form has no groups. */
export function inGivenOrder<T>(form: OperandForm, groups: T, mn: T, k: T): T[] {
  const matrix = form.kFirst ? [k, mn] : [mn, k];
  return form.grouped ? [groups, ...matrix] : matrix;
}
