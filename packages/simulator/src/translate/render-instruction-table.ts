import type { InstructionRow } from './instruction-rows/instruction-row.js';
import { instructionTable } from './instruction-table.js';

const header = `# Instructions of the simulator

Which PTX instructions \`sim:sm_90a\` executes, with the section of the PTX ISA manual, version 9.0. In the forms, \`[.x]\` may
be left out and \`{a,b}\` is one of these. What is not here is an error that names the instruction and its line, as is
what is refused; where a table has both, only the forms that it names are meant.

This page is written from \`packages/simulator/src/translate/instruction-table.ts\`; a test compares them.
`;

/** The page of the documentation. */
export function renderInstructionTable(): string {
  const parts = instructionTable.map(({ title, rows }) => `## ${title}\n\n${renderRows(rows)}\n`);
  return [header, ...parts].join('\n');
}

function renderRows(rows: readonly InstructionRow[]): string {
  const cells = rows.map(({ instruction, modifiers, section, state, note }) => [
    `\`${instruction}\``,
    modifiers
      .filter((form) => form !== '')
      .map((form) => `\`${form}\``)
      .join('<br>'),
    section,
    state,
    note,
  ]);
  const lines = [
    ['instruction', 'forms', 'section', 'state', 'note'],
    ['---', '---', '---', '---', '---'],
    ...cells,
  ];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}
