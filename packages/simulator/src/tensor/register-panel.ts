import { decodeElement, type OperandType, operandElementBytes } from './float-formats.js';
import { instructionK } from './operand-panel.js';
import { rejectTensor } from './reject-tensor.js';

const lanes = 32;
const rows = 16;
const registers = 4;
const registerBytes = 4;

/**
 * Decodes A from registers: [16, K] numbers of one warp, K contiguous. In bytes of K the fragment is the same for
 * all types (PTX ISA 9.7.15.5.1.1): lane l holds in register r row l / 4 + 8 (r % 2), bytes 4 (l % 4) + 16 (r / 2).
 *
 * @param aRegisters four registers of 32 lanes, indexed [register * 32 + lane]
 * @throws DgValidationError for another number of registers
 */
export function decodeRegisterPanel(aRegisters: Uint32Array, type: OperandType): Float64Array {
  if (aRegisters.length !== registers * lanes)
    rejectTensor(`${registers * lanes} words`, 'the registers of operand A', aRegisters.length);
  const elementBytes = operandElementBytes[type];
  const depth = instructionK(type);
  const decode = decodeElement[type];
  const bytes = new Uint8Array(aRegisters.buffer, aRegisters.byteOffset, aRegisters.byteLength);
  const panel = new Float64Array(rows * depth);
  for (let register = 0; register < registers; register++) {
    for (let lane = 0; lane < lanes; lane++) {
      const row = (lane >> 2) + 8 * (register & 1);
      const kByte = registerBytes * (lane & 3) + 16 * (register >> 1);
      for (let byte = 0; byte < registerBytes; byte += elementBytes) {
        const from = (register * lanes + lane) * registerBytes + byte;
        panel[row * depth + (kByte + byte) / elementBytes] = decode(bytes, from);
      }
    }
  }
  return panel;
}
