import type { BasicBlock } from '../program/basic-block.js';
import type { Instruction, Operand } from '../program/instruction.js';
import type { RegisterFile } from '../program/register-file.js';
import type { RegisterUse } from '../program/register-use.js';
import { laneEmitters, memoryOpcodes } from './lane/lane-emitters.js';
import { OperandCode, type SymbolValues } from './operand-code.js';
import { rejectInstruction } from './reject-instruction.js';
import { splitOpcode } from './split-opcode.js';
import { warpEmitters } from './warp/warp-emitters.js';

export interface TranslationScope {
  readonly registers: RegisterFile;
  readonly symbols: SymbolValues;
  readonly labels: ReadonlyMap<string, number>;
  /** By block. */
  readonly registerUse: readonly RegisterUse[];
  /** Planes that some WGMMA of the kernel uses. */
  readonly multiplied: ReadonlySet<number>;
}

const overLanes = (body: string) => `for(let l=0;l<32;l++)if(m>>>l&1){${body}}\n`;

/** The JavaScript of one block: a function body of `w` (the warp) and `m` (its active lanes). */
export function translateBlock(block: BasicBlock, index: number, scope: TranslationScope): string {
  const parts: string[] = [];
  let run = '';
  const closeRun = () => {
    if (run !== '') parts.push(overLanes(run));
    run = '';
  };
  let ended = false;
  for (const [position, instruction] of block.instructions.entries()) {
    const [opcode, ...modifiers] = splitOpcode(instruction.opcode);
    const code = new OperandCode(scope.registers, scope.symbols, instruction);
    const guard = guardOf(instruction, code);
    const emitLane = laneEmitters.get(opcode);
    if (emitLane !== undefined) {
      const body =
        emitLane(code, modifiers) ??
        rejectInstruction(instruction, 'modifiers that are implemented', 'these');
      const guarded = guard === undefined ? body : `if(${guard.lane}){${body}}`;
      if (!memoryOpcodes.has(opcode)) {
        run += guarded;
        continue;
      }
      closeRun();
      parts.push(`w.position=${position};${overLanes(guarded)}`);
      continue;
    }
    closeRun();
    parts.push(`w.position=${position};`);
    if (isCollective(instruction.opcode)) {
      const members = membersOf(instruction, code);
      parts.push(
        `if(m!==w.live){const e=${members};if((e&w.live&~m)!==0&&!M.converge(w,m,e)){SAVE;return -1;}}`,
      );
    }
    if (opcode === 'bra') {
      parts.push(branch(instruction, guard?.mask, index, scope));
      ended = guard === undefined;
    } else if (opcode === 'ret' || opcode === 'exit') {
      parts.push(leave(guard?.mask, index));
      ended = guard === undefined;
    } else {
      parts.push(warpStatement(instruction, opcode, modifiers, code, guard?.mask));
    }
  }
  closeRun();
  if (!ended) parts.push(`SAVE;return ${index + 1};`);
  const predicates = usedPredicates(block, scope);
  const body = parts.join('').replaceAll('SAVE;', predicates.map((p) => `P[${p}]=p${p};`).join(''));
  return `${registerChecks(index, scope)}const I=w.I,F=w.F,P=w.P,SM=w.cta.shared,GM=w.cta.global,PM=w.cta.parameters;${predicates.map((p) => `let p${p}=P[${p}];`).join('')}\n${body}`;
}

/** Before anything of the block is executed: registers that nothing wrote, and those that a WGMMA may still use. */
function registerChecks(index: number, { registerUse, multiplied }: TranslationScope): string {
  const { read, written, touched } = registerUse[index]!;
  const verify =
    read.length + written.length === 0
      ? ''
      : `if((w.registers.verified[${index}]&m)!==m)M.registers.verify(w,m,${index});`;
  if (!touched.some((place) => multiplied.has(place))) return verify;
  return `${verify}if(w.registers.flights.length!==0)M.registers.checkFlights(w,${index});M.registers.touch(w,${index});`;
}

/** Whether all lanes of the warp execute the instruction together (PTX ISA, `.aligned` and `.sync`). */
export function isCollective(opcode: string): boolean {
  return /\.(aligned|sync)(\.|$)/.test(opcode) && opcode !== 'bar.warp.sync';
}

/** Which lanes a collective waits for: those that its membermask names, or all of the warp. */
function membersOf(instruction: Instruction, code: OperandCode): string {
  const [opcode] = instruction.opcode.split('.');
  const position = { shfl: 4, vote: 2, match: 2, redux: 2, elect: 1 }[opcode!];
  if (position === undefined || instruction.opcode.includes('.aligned')) return '-1';
  return `(()=>{const l=31-Math.clz32(m&-m);return ${code.int(code.operand(position))};})()`;
}

interface GuardCode {
  readonly lane: string;
  readonly mask: string;
}

function guardOf(instruction: Instruction, code: OperandCode): GuardCode | undefined {
  const { guard } = instruction;
  if (guard === undefined) return undefined;
  const operand: Operand = { kind: 'register', name: guard.register };
  const mask = code.mask(operand);
  return guard.negated ? { lane: `!(${mask}>>>l&1)`, mask: `~${mask}` } : { lane: `(${mask}>>>l&1)`, mask };
}

function branch(
  instruction: Instruction,
  mask: string | undefined,
  index: number,
  scope: TranslationScope,
): string {
  const target = instruction.operands[0];
  const to = target?.kind === 'symbol' ? scope.labels.get(target.name) : undefined;
  if (to === undefined) rejectInstruction(instruction, 'a label of this kernel', target?.kind ?? 'nothing');
  if (mask === undefined) return `SAVE;return ${to};`;
  return `{const t=m&${mask};SAVE;if(t===m)return ${to};if(t!==0){w.scatter(m,t,${to},${index + 1});return -2;}return ${index + 1};}`;
}

function leave(mask: string | undefined, index: number): string {
  const leaving = mask === undefined ? 'm' : `m&${mask}`;
  return `{const t=${leaving};SAVE;if(t===m)return 2147483647;if(t!==0){w.scatter(m,t,2147483647,${index + 1});return -2;}return ${index + 1};}`;
}

function warpStatement(
  instruction: Instruction,
  opcode: string,
  modifiers: readonly string[],
  code: OperandCode,
  guardMask: string | undefined,
): string {
  const emit = warpEmitters.get(opcode);
  if (emit === undefined) rejectInstruction(instruction, 'an instruction that is implemented', opcode);
  const translated = emit(code, modifiers);
  if (translated === undefined) rejectInstruction(instruction, 'modifiers that are implemented', 'these');
  const wait = translated.waitsUntil === undefined ? '' : `if(!(${translated.waitsUntil})){SAVE;return -1;}`;
  if (guardMask === undefined) return `{${translated.statements}${wait}}\n`;
  return `{const all=m;{const m=all&${guardMask};if(m!==0){${translated.statements}${wait}}}}\n`;
}

function usedPredicates(block: BasicBlock, scope: TranslationScope): number[] {
  const used = new Set<number>();
  const visit = (operand: Operand) => {
    if (operand.kind === 'register') {
      const index = scope.registers.predicates.get(operand.name);
      if (index !== undefined) used.add(index);
    } else if (operand.kind === 'pair') {
      visit(operand.first);
      visit(operand.second);
    } else if (operand.kind === 'not') {
      visit(operand.operand);
    }
  };
  for (const { operands, guard } of block.instructions) {
    operands.forEach(visit);
    if (guard !== undefined) visit({ kind: 'register', name: guard.register });
  }
  return [...used].sort((a, b) => a - b);
}
