import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { translateProgram } from './compile-program.js';
import { instructionTable } from './instruction-table.js';
import { laneEmitters } from './lane/lane-emitters.js';
import { renderInstructionTable } from './render-instruction-table.js';
import { splitOpcode } from './split-opcode.js';
import { expandForm } from './testing/expand-form.js';
import { warpEmitters } from './warp/warp-emitters.js';

const rows = instructionTable.flatMap(({ rows }) => rows);
const opcodeOf = (instruction: string) => splitOpcode(instruction)[0];
/** What the translation of blocks does itself. */
const controlFlow = ['bra', 'ret', 'exit'];

/** Operands by the beginning of an instruction; the first that fits counts. Registers of 64 bits serve for all types. */
const operands: readonly [RegExp, string][] = [
  [/^(and|or|xor|not|mov)\.pred/, '%p1, %p2, %p3'],
  [/^setp\..*\.(and|or|xor)\./, '%p1, %x1, %x2, %p2'],
  [/^setp/, '%p1, %x1, %x2'],
  [/^set\..*\.(and|or|xor)\./, '%x0, %x1, %x2, %p2'],
  [/^(testp|isspacep)/, '%p1, %x1'],
  [/^selp/, '%x0, %x1, %x2, %p1'],
  [/^lop3/, '%x0, %x1, %x2, %x3, 0x80'],
  [/^bra/, 'END'],
  [/^fence.*acquire/, '[%x1], 128'],
  [/^(ret|exit|barrier\.cluster|fence|membar|griddepcontrol)/, ''],
  [/^ld\.param/, '%x0, [in]'],
  [/^ld/, '%x0, [%x1]'],
  [/^st\.async.*\.v2/, '[%x0], {%x1, %x2}, [%x3]'],
  [/^st\.async.*\.v4/, '[%x0], {%x1, %x2, %x3, %x4}, [%x5]'],
  [/^st\.async/, '[%x0], %x1, [%x2]'],
  [/^st\./, '[%x0], %x1'],
  [/^atom/, '%x0, [%x1], %x2, %x3'],
  [/^red\./, '[%x1], %x2'],
  [/^prefetch/, '[%x1]'],
  [/^tensormap.*global_address/, '[%x1], %x2'],
  [/^tensormap/, '[%x1], 0, %x2'],
  [/^(bar|barrier)(\.cta)?\.(sync|arrive)/, '1, 64'],
  [/^bar\.warp/, '-1'],
  [/^shfl/, '%x0|%p1, %x1, 1, 31, -1'],
  [/^vote\.sync\.ballot/, '%x0, %p1, -1'],
  [/^vote/, '%p1, %p2, -1'],
  [/^match|^redux/, '%x0, %x1, -1'],
  [/^elect/, '_|%p1, -1'],
  [/^mbarrier\.init/, '[%x0], 1'],
  [/^mbarrier\.inval/, '[%x0]'],
  [/^mbarrier\.arrive\.expect_tx/, '_, [%x0], 16'],
  [/^mbarrier\.arrive/, '_, [%x0]'],
  [/^mbarrier\.expect_tx/, '[%x0], 16'],
  [/^mbarrier\..*wait/, '%p1, [%x0], 0'],
  [/^setmaxnreg/, '40'],
  [/^cp\.async\.bulk\.commit_group/, ''],
  [/^(cp\.async\.bulk|wgmma)\.wait_group/, '0'],
  [/^wgmma\.mma_async/, '{%x0, %x1, %x2, %x3}, %x4, %x5, %p1, 1, 1, 0, 0'],
  [/^wgmma/, ''],
  [/^stmatrix/, '[%x0], {%x1, %x2, %x3, %x4}'],
];

const coordinates = (dimensions: number) => `{${Array(dimensions).fill('%x4').join(', ')}}`;

function operandsOf(instruction: string): string {
  const dimensions = Number(/\.([1-5])d\./.exec(instruction)?.[1] ?? 0);
  if (dimensions > 0) {
    const map = `[%x1, ${coordinates(dimensions)}]`;
    if (instruction.includes('.prefetch.')) return map;
    return instruction.includes('.mbarrier::') ? `[%x0], ${map}, [%x2], %x3` : `${map}, [%x0]`;
  }
  if (/^cp\.async\.bulk\.shared::cluster/.test(instruction)) return '[%x0], [%x1], 16, [%x2]';
  if (/^cp\.async\.bulk\.global/.test(instruction)) return '[%x0], [%x1], 16';
  return operands.find(([pattern]) => pattern.test(instruction))?.[1] ?? '%x0, %x1, %x2, %x3, %x4';
}

/** Some of them, each with its operands, in one kernel. */
function translate(instructions: readonly string[]): void {
  const lines = instructions.map((instruction) => `  ${instruction} ${operandsOf(instruction)};`);
  const text = `
.version 8.8
.target sm_90a
.address_size 64
.visible .entry probe(.param .u64 in)
{
  .reg .pred %p<4>;
  .reg .b64 %x<6>;
${lines.join('\n')}
END:
  ret;
}`;
  translateProgram(text, 'probe');
}

const formsOf = ({ instruction, modifiers }: (typeof rows)[number]) =>
  modifiers.flatMap((form) => expandForm(form)).map((form) => `${instruction}${form}`);

describe('the table', () => {
  it('has a row for everything that is translated', () => {
    const accepted = rows.filter(({ state }) => state !== 'refused');
    const listed = new Set(accepted.map(({ instruction }) => opcodeOf(instruction)));
    expect([...listed].sort()).toEqual(
      [...laneEmitters.keys(), ...warpEmitters.keys(), ...controlFlow].sort(),
    );
  });

  it.each(rows.filter(({ state }) => state !== 'refused'))('$instruction ($section) is accepted', (row) => {
    const refusedForms = formsOf(row).filter((form) => fails(form));
    expect(refusedForms).toEqual([]);
  });

  it.each(rows.filter(({ state }) => state === 'refused'))('$instruction ($section) is refused', (row) => {
    for (const form of formsOf(row)) expect(() => translate([form])).toThrow(`for ${form} in line`);
  });
});

function fails(form: string): boolean {
  try {
    translate([form]);
    return false;
  } catch {
    return true;
  }
}

it('docs/simulator-instructions.md is what the table gives', () => {
  const page = readFileSync(new URL('../../../../docs/simulator-instructions.md', import.meta.url), 'utf8');
  expect(withoutPadding(page)).toBe(withoutPadding(renderInstructionTable()));
});

/** Biome aligns the columns of tables. */
function withoutPadding(page: string): string {
  return page.replace(/ +\|/g, ' |').replace(/-+ \|/g, '--- |');
}
