import { arithmeticRows } from './instruction-rows/arithmetic-rows.js';
import { dataRows } from './instruction-rows/data-rows.js';
import type { InstructionRow } from './instruction-rows/instruction-row.js';
import { synchronisationRows } from './instruction-rows/synchronisation-rows.js';
import { tensorRows } from './instruction-rows/tensor-rows.js';

/** What the simulator does with which instruction. A test holds every form against the translation. */
export const instructionTable: readonly {
  readonly title: string;
  readonly rows: readonly InstructionRow[];
}[] = [
  { title: 'Arithmetic', rows: arithmeticRows },
  { title: 'Comparison, logic, data movement and conversion', rows: dataRows },
  { title: 'Control and synchronisation', rows: synchronisationRows },
  { title: 'Tensor copies and tensor cores', rows: tensorRows },
];
