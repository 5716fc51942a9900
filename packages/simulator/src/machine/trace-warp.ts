import type { TraceOptions } from '../device/simulator-options.js';
import type { Instruction, Operand } from '../program/instruction.js';
import type { Program } from '../program/program.js';
import type { Warp } from './warp.js';

/** Which warp to follow, and where its lines go. */
export type WarpTrace = TraceOptions;

/** Follows a warp, if it is among these. A program that is traced has one instruction in each block. */
export function traceWarp(trace: WarpTrace, warps: readonly Warp[], program: Program): void {
  const warp = warps.find((one) => one.index === trace.warp && linearIndex(one) === trace.cta);
  if (warp === undefined) return;
  warp.trace = (block, lanes) => {
    const instruction = program.blocks[block]?.instructions[0];
    if (instruction === undefined) return;
    const values = describeResults(instruction, warp, lanes, program);
    const line = `line ${instruction.line}: ${describeInstruction(instruction)}`;
    trace.write(`${line}  lanes 0x${(lanes >>> 0).toString(16).padStart(8, '0')}${values}`);
  };
}

function linearIndex({ cta }: Warp): number {
  const [x, y, z] = cta.special.ctaid;
  const [width, height] = cta.special.nctaid;
  return x + width * (y + height * z);
}

function describeInstruction({ opcode, guard, operands }: Instruction): string {
  const condition = guard === undefined ? '' : `@${guard.negated ? '!' : ''}${guard.register} `;
  return `${condition}${opcode} ${operands.map(describeOperand).join(', ')}`.trimEnd();
}

function describeOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'register':
    case 'special':
    case 'symbol':
      return operand.name;
    case 'integer':
      return operand.high === 0 ? String(operand.low) : `0x${hex(operand.high)}${hex(operand.low)}`;
    case 'float':
      return operand.bits === 32 ? `0f${hex(operand.low)}` : `0d${hex(operand.high)}${hex(operand.low)}`;
    case 'address': {
      const offset = operand.offset === 0 ? '' : `+${operand.offset}`;
      const coordinates =
        operand.coordinates === undefined ? '' : `, {${operand.coordinates.map(describeOperand).join(', ')}}`;
      return `[${describeOperand(operand.base)}${offset}${coordinates}]`;
    }
    case 'vector':
      return `{${operand.elements.map(describeOperand).join(', ')}}`;
    case 'pair':
      return `${describeOperand(operand.first)}|${describeOperand(operand.second)}`;
    case 'sink':
      return '_';
    case 'not':
      return `!${describeOperand(operand.operand)}`;
  }
}

/** What the first operand's registers hold now, in the first and the last lane that took part. */
function describeResults(instruction: Instruction, warp: Warp, lanes: number, program: Program): string {
  const target = instruction.operands[0];
  const names =
    target?.kind === 'register' ? [target.name] : target?.kind === 'vector' ? namesOf(target.elements) : [];
  const first = 31 - Math.clz32(lanes & -lanes);
  const last = 31 - Math.clz32(lanes);
  const shown = first === last ? [first] : [first, last];
  return names
    .map((name) => {
      const place = program.registerNames.indexOf(name);
      if (place < 0) return '';
      return `  ${name} = ${shown.map((lane) => `${registerValue(warp, place, program, lane)} (lane ${lane})`).join(', ')}`;
    })
    .join('');
}

function namesOf(operands: readonly Operand[]): string[] {
  return operands.flatMap((operand) => (operand.kind === 'register' ? [operand.name] : []));
}

function registerValue(warp: Warp, place: number, program: Program, lane: number): string {
  if (place >= program.planeCount) return String((warp.P[place - program.planeCount]! >>> lane) & 1);
  const low = warp.I[place * 32 + lane]!;
  const wide = program.registerNames[place + 1] === program.registerNames[place];
  return wide ? `0x${hex(warp.I[(place + 1) * 32 + lane]!)}${hex(low)}` : `0x${hex(low)}`;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
