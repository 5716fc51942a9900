import { DgValidationError } from '@dg/runtime';
import { fusedMultiplyAdd } from '../arithmetic/fused-multiply-add.js';
import { LongArithmetic } from '../arithmetic/long-arithmetic.js';
import { roundToBfloat16, roundToE4m3 } from '../arithmetic/narrow-floats.js';
import * as wordArithmetic from '../arithmetic/word-arithmetic.js';
import type { Machine } from '../machine/machine.js';
import type { Instruction, Operand } from '../program/instruction.js';
import { layoutParameters } from '../program/parameter-layout.js';
import type { BlockFunction, Program } from '../program/program.js';
import type { PtxBody } from '../program/ptx-body.js';
import { readPtxBody } from '../program/read-body.js';
import { allocateRegisters, type RegisterFile } from '../program/register-file.js';
import { multiplierPlanes, registerUseOf } from '../program/register-use.js';
import { layOutShared } from '../program/shared-layout.js';
import { splitBlocks } from '../program/split-blocks.js';
import { readPtxTokens } from '../ptx/read-ptx-module.js';
import { tokenize } from '../ptx/tokenize.js';
import { isCollective, type TranslationScope, translateBlock } from './translate-block.js';
import { parameterWindow, sharedWindow } from './windows.js';

/** A program without a machine: `bind` makes its functions for one. */
export interface Translation extends Omit<Program, 'functions'> {
  /** `sm_90a` */
  readonly target: string;
  bind(makeMachine: (program: Program) => Machine): { readonly machine: Machine; readonly program: Program };
}

export interface TranslationOptions {
  /** One instruction in each block, so that a trace can follow. Default: false. */
  readonly traced?: boolean | undefined;
}

/**
 * Translates one kernel of a PTX text to JavaScript, once. Every instruction is checked here: one that is not implemented
 * is a DgValidationError that names it and its line, even if it would never be reached.
 */
export function translateProgram(
  text: string,
  entryName: string,
  { traced = false }: TranslationOptions = {},
): Translation {
  const tokens = tokenize(text);
  const { entries, target } = readPtxTokens(tokens);
  const entry = entries.find(({ name }) => name === entryName);
  if (entry === undefined) {
    throw new DgValidationError(`expected an entry ${entryName} for the PTX but received a text without it`);
  }
  const body = readPtxBody(tokens, entryName);
  const registers = allocateRegisters(body, usedNames(body));
  const shared = layOutShared(body.shared);
  const parameters = layoutParameters(entry.parameters);
  const symbols = new Map(shared.addresses);
  for (const [i, { name }] of entry.parameters.entries()) symbols.set(name, parameters.byteOffsets[i]!);
  const { blocks, labels } = splitBlocks(body.statements, (instruction) => traced || mayWait(instruction));
  const multiplied = new Set(
    blocks.flatMap(({ instructions }) => instructions.flatMap((one) => multiplierPlanes(one, registers))),
  );
  const registerUse = blocks.map((block) => registerUseOf(block, registers));
  const scope: TranslationScope = { registers, symbols, labels, registerUse, multiplied };
  const sources = blocks.map((block, index) =>
    block.instructions.length === 0 ? 'return 2147483647;' : translateBlock(block, index, scope),
  );
  const make = new Function(
    'M',
    'A64',
    'A32',
    'fma',
    'roundToBfloat16',
    'roundToE4m3',
    'parameterWindow',
    'sharedWindow',
    `'use strict';return [${sources.map((source) => `(w,m)=>{${source}}`).join(',\n')}];`,
  ) as (...names: unknown[]) => readonly BlockFunction[];
  const program = {
    name: entryName,
    entry,
    blocks,
    registerUse,
    registerNames: namesOf(registers),
    planeCount: registers.planeCount,
    predicateCount: registers.predicateCount,
    staticSharedMemoryBytes: shared.staticBytes,
  };
  const bind: Translation['bind'] = (makeMachine) => {
    const functions: BlockFunction[] = [];
    const bound: Program = { ...program, functions };
    const machine = makeMachine(bound);
    const made = make(
      machine,
      new LongArithmetic(),
      wordArithmetic,
      fusedMultiplyAdd,
      roundToBfloat16,
      roundToE4m3,
      parameterWindow,
      sharedWindow,
    );
    functions.push(...made);
    return { machine, program: bound };
  };
  return { ...program, target, bind };
}

/** By plane and then predicate. */
function namesOf({ planes, predicates, wide, planeCount }: RegisterFile): string[] {
  const names: string[] = [];
  for (const [name, plane] of planes) {
    names[plane] = name;
    if (wide.has(name)) names[plane + 1] = name;
  }
  for (const [name, index] of predicates) names[planeCount + index] = name;
  return names;
}

const waitingOpcodes =
  /^(bar(rier)?(\.cta)?\.sync|bar\.warp\.sync|barrier\.cluster\.wait|mbarrier\.try_wait|wgmma\.wait_group|cp\.async\.bulk\.wait_group)/;

function mayWait(instruction: Instruction): boolean {
  return waitingOpcodes.test(instruction.opcode) || isCollective(instruction.opcode);
}

function usedNames(body: PtxBody): Set<string> {
  const used = new Set<string>();
  const visit = (operand: Operand): void => {
    switch (operand.kind) {
      case 'register':
        used.add(operand.name);
        return;
      case 'address':
        visit(operand.base);
        operand.coordinates?.forEach(visit);
        return;
      case 'vector':
        operand.elements.forEach(visit);
        return;
      case 'pair':
        visit(operand.first);
        visit(operand.second);
        return;
      case 'not':
        visit(operand.operand);
        return;
      default:
    }
  };
  for (const statement of body.statements) {
    if (statement.kind === 'label') continue;
    statement.instruction.operands.forEach(visit);
    if (statement.instruction.guard !== undefined) used.add(statement.instruction.guard.register);
  }
  return used;
}
