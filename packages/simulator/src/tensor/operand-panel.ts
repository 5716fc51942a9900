import { decodeElement, type OperandType, operandElementBytes } from './float-formats.js';
import { checkKSpan, type MatrixDescriptor, type OperandMajor, operandOffset } from './matrix-descriptor.js';
import { rejectTensor } from './reject-tensor.js';

/** Bytes of K that one WGMMA takes of each row: 32 of e4m3, 16 of bf16, 8 of tf32 (PTX ISA 9.7.15.2). */
export const instructionKBytes = 32;

const chunkBytes = 16;

/** Where an operand lies and how it is read. */
export interface SharedOperand {
  readonly type: OperandType;
  readonly descriptor: MatrixDescriptor;
  readonly major: OperandMajor;
}

/** Elements of K in one instruction. */
export function instructionK(type: OperandType): number {
  return instructionKBytes / operandElementBytes[type];
}

/**
 * Decodes rows of an operand in shared memory: [rows, K] numbers, K contiguous.
 *
 * @param shared shared memory of one CTA, indexed by shared address
 * @param firstRow, rows multiples of 8
 * @throws DgValidationError for MN-major other than bf16, for a descriptor that is not modelled, and for an operand
 *   that ends beyond shared memory
 */
export function decodePanel(
  shared: Uint8Array,
  operand: SharedOperand,
  firstRow: number,
  rows: number,
): Float64Array {
  checkKSpan(operand.descriptor, operand.major, instructionKBytes);
  if (operand.major === 'k') return decodeKMajor(shared, operand, firstRow, rows);
  if (operand.type !== 'bf16') rejectTensor('bf16', 'an MN-major operand', operand.type);
  return decodeMnMajor(shared, operand, firstRow, rows);
}

function decodeKMajor(
  shared: Uint8Array,
  operand: SharedOperand,
  firstRow: number,
  rows: number,
): Float64Array {
  const elementBytes = operandElementBytes[operand.type];
  const decode = decodeElement[operand.type];
  const panel = new Float64Array(rows * instructionK(operand.type));
  let index = 0;
  for (let row = firstRow; row < firstRow + rows; row++) {
    for (let kByte = 0; kByte < instructionKBytes; kByte += chunkBytes) {
      const address = chunkAddress(shared, operand, row, kByte);
      for (let byte = 0; byte < chunkBytes; byte += elementBytes) {
        panel[index] = decode(shared, address + byte);
        index += 1;
      }
    }
  }
  return panel;
}

function decodeMnMajor(
  shared: Uint8Array,
  operand: SharedOperand,
  firstRow: number,
  rows: number,
): Float64Array {
  const elementBytes = operandElementBytes[operand.type];
  const decode = decodeElement[operand.type];
  const depth = instructionK(operand.type);
  const chunkRows = chunkBytes / elementBytes;
  const panel = new Float64Array(rows * depth);
  for (let k = 0; k < depth; k++) {
    for (let row = 0; row < rows; row += chunkRows) {
      const address = chunkAddress(shared, operand, firstRow + row, k * elementBytes);
      for (let i = 0; i < chunkRows; i++)
        panel[(row + i) * depth + k] = decode(shared, address + i * elementBytes);
    }
  }
  return panel;
}

function chunkAddress(shared: Uint8Array, operand: SharedOperand, row: number, kByte: number): number {
  const address = operandOffset(operand.descriptor, operand.major, row, kByte);
  if (address + chunkBytes > shared.length)
    rejectTensor(`at most ${shared.length}`, 'the end of an operand in shared memory', address + chunkBytes);
  return address;
}
