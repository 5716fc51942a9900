export interface InstructionRow {
  /** The opcode, with the modifiers that make it another instruction. */
  readonly instruction: string;
  /** What follows the name: `[.x]` may be left out, `{a,b}` is one of these. */
  readonly modifiers: readonly string[];
  /** Of the PTX ISA manual, version 9.0. */
  readonly section: string;
  readonly state: 'implemented' | 'no effect here' | 'refused';
  readonly note: string;
}

type Row = (
  instruction: string,
  section: string,
  modifiers: string | readonly string[],
  note?: string,
) => InstructionRow;

const rowOf =
  (state: InstructionRow['state']): Row =>
  (instruction, section, modifiers, note = '') => ({
    instruction,
    modifiers: typeof modifiers === 'string' ? [modifiers] : modifiers,
    section,
    state,
    note,
  });

export const implemented = rowOf('implemented');
export const withoutEffect = rowOf('no effect here');
export const refused = rowOf('refused');
