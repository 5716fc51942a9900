import type { Instruction } from './instruction.js';

export type RegisterClass = 'predicate' | 'bits16' | 'bits32' | 'bits64';

export interface SharedVariable {
  readonly name: string;
  readonly alignBytes: number;
  /** 0 for `extern` arrays: dynamic shared memory. */
  readonly bytes: number;
}

export type Statement =
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'instruction'; readonly instruction: Instruction };

/** A kernel's body: statements in the order of the text, with registers and labels renamed to be unique. */
export interface PtxBody {
  readonly statements: readonly Statement[];
  readonly registers: ReadonlyMap<string, RegisterClass>;
  readonly shared: readonly SharedVariable[];
}
