/** One operand of a PTX instruction, as written. */
export type Operand =
  | { readonly kind: 'register'; readonly name: string }
  /** `%tid.x` and the like: read-only. */
  | { readonly kind: 'special'; readonly name: string }
  /** Two's complement in 64 bits, as unsigned halves. */
  | { readonly kind: 'integer'; readonly low: number; readonly high: number }
  /** The bits of a float constant: `0f3F800000` in low, `0d…` in both halves. */
  | { readonly kind: 'float'; readonly bits: 32 | 64; readonly low: number; readonly high: number }
  /** A parameter or a shared variable by name, or a label. */
  | { readonly kind: 'symbol'; readonly name: string }
  /** `[base]`, `[base + offset]`, and `[map, {x, y}]` with coordinates. */
  | {
      readonly kind: 'address';
      readonly base: Operand;
      readonly offset: number;
      readonly coordinates: readonly Operand[] | undefined;
    }
  /** `{a, b}` */
  | { readonly kind: 'vector'; readonly elements: readonly Operand[] }
  /** `a|p`: a result and a predicate. */
  | { readonly kind: 'pair'; readonly first: Operand; readonly second: Operand }
  /** `_`: a result nobody wants. */
  | { readonly kind: 'sink' }
  /** `!p` */
  | { readonly kind: 'not'; readonly operand: Operand };

export interface Guard {
  readonly register: string;
  readonly negated: boolean;
}

/** Where in a source file an instruction comes from, when the PTX has line information. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

export interface Instruction {
  /** With modifiers: `ld.shared.f32`. */
  readonly opcode: string;
  readonly guard: Guard | undefined;
  readonly operands: readonly Operand[];
  /** Of the PTX text, from 1. */
  readonly line: number;
  readonly source: SourcePlace | undefined;
}
