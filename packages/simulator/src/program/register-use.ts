import type { BasicBlock } from './basic-block.js';
import type { Instruction, Operand } from './instruction.js';
import type { RegisterFile } from './register-file.js';

/** What a block does with registers; places are planes, and predicates after them. */
export interface RegisterUse {
  /** Read before the block writes them, by instructions that every active lane executes. */
  readonly read: readonly number[];
  readonly written: readonly number[];
  /** Planes that the block reads or writes, but for the accumulators and fragments of a WGMMA. */
  readonly touched: readonly number[];
}

/** Opcodes whose first operand is a register that they read. */
const readsFirstOperand = /^(bar|barrier|wgmma|nanosleep|setmaxnreg)(\.|$)/;

export function registerUseOf(block: BasicBlock, registers: RegisterFile): RegisterUse {
  const use = new UseOfBlock(registers);
  for (const instruction of block.instructions) use.add(instruction);
  return { read: [...use.read], written: [...use.written], touched: [...use.touched] };
}

/** Planes of the accumulators and of operand A, where a WGMMA takes it from registers: 64-bit descriptors are not among them. */
export function multiplierPlanes(instruction: Instruction, registers: RegisterFile): number[] {
  if (!instruction.opcode.startsWith('wgmma.mma_async')) return [];
  const vectors = instruction.operands.filter((operand) => operand.kind === 'vector');
  return vectors.flatMap((operand) => registersOf(operand).flatMap((name) => placesOf(name, registers)));
}

class UseOfBlock {
  readonly read = new Set<number>();
  readonly written = new Set<number>();
  readonly touched = new Set<number>();
  readonly #registers: RegisterFile;

  constructor(registers: RegisterFile) {
    this.#registers = registers;
  }

  add(instruction: Instruction): void {
    const { operands, guard } = instruction;
    const writesFirst = !readsFirstOperand.test(instruction.opcode) && operands[0]?.kind !== 'address';
    const multiplier = new Set(multiplierPlanes(instruction, this.#registers));
    if (guard !== undefined) this.#noteRead(this.#places(guard.register));
    for (const [index, operand] of operands.entries()) {
      if (index === 0 && writesFirst) continue;
      for (const name of registersOf(operand)) {
        const places = this.#places(name).filter((place) => !multiplier.has(place));
        // A lane for which the guard is false reads nothing.
        if (guard === undefined) this.#noteRead(places);
        this.#touch(places);
      }
    }
    if (!writesFirst || operands[0] === undefined) return;
    for (const name of registersOf(operands[0])) {
      for (const place of this.#places(name)) this.written.add(place);
      this.#touch(this.#places(name));
    }
  }

  #noteRead(places: readonly number[]): void {
    for (const place of places) if (!this.written.has(place)) this.read.add(place);
  }

  #touch(places: readonly number[]): void {
    for (const place of places) if (place < this.#registers.planeCount) this.touched.add(place);
  }

  #places(name: string): number[] {
    return placesOf(name, this.#registers);
  }
}

function placesOf(name: string, { planes, predicates, planeCount, wide }: RegisterFile): number[] {
  const plane = planes.get(name);
  if (plane !== undefined) return wide.has(name) ? [plane, plane + 1] : [plane];
  const predicate = predicates.get(name);
  return predicate === undefined ? [] : [planeCount + predicate];
}

function registersOf(operand: Operand): string[] {
  switch (operand.kind) {
    case 'register':
      return [operand.name];
    case 'address':
      return [operand.base, ...(operand.coordinates ?? [])].flatMap(registersOf);
    case 'vector':
      return operand.elements.flatMap(registersOf);
    case 'pair':
      return [...registersOf(operand.first), ...registersOf(operand.second)];
    case 'not':
      return registersOf(operand.operand);
    default:
      return [];
  }
}
