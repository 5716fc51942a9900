import type { ByteRange } from './bulk-copy.js';
import {
  decodeMatrixDescriptor,
  type MatrixDescriptor,
  type OperandMajor,
  operandByteRanges,
} from './matrix-descriptor.js';
import { instructionKBytes } from './operand-panel.js';

interface Operand {
  readonly descriptor: MatrixDescriptor;
  /** The shared memory that it takes. */
  readonly ranges: readonly ByteRange[];
}

/** Descriptors that were decoded before: a kernel goes through the same few again and again. */
export class OperandTable {
  readonly #known = new Map<string, Operand>();

  /** @throws DgValidationError for a descriptor that cannot be */
  find(low: number, high: number, major: OperandMajor, rows: number, firstRow: number): Operand {
    const key = `${low}/${high}/${major}/${rows}/${firstRow}`;
    let operand = this.#known.get(key);
    if (operand === undefined) {
      const descriptor = decodeMatrixDescriptor(low >>> 0, high >>> 0);
      operand = {
        descriptor,
        ranges: operandByteRanges(descriptor, major, rows, instructionKBytes, firstRow),
      };
      this.#known.set(key, operand);
    }
    return operand;
  }
}
