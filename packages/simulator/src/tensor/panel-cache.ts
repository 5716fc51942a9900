import { decodePanel, type SharedOperand } from './operand-panel.js';

/**
 * Decoded operands of one CTA, so that the warps that read the same operand decode it once. The caller counts a
 * version up with every write to that shared memory; panels of other versions are forgotten.
 */
export class PanelCache {
  #version = 0;
  readonly #panels = new Map<string, Float64Array>();

  /** As decodePanel. Do not write to the result. */
  panel(
    version: number,
    shared: Uint8Array,
    operand: SharedOperand,
    firstRow: number,
    rows: number,
  ): Float64Array {
    if (version !== this.#version) {
      this.#panels.clear();
      this.#version = version;
    }
    const key = keyOf(operand, firstRow, rows);
    const known = this.#panels.get(key);
    if (known !== undefined) return known;
    const panel = decodePanel(shared, operand, firstRow, rows);
    this.#panels.set(key, panel);
    return panel;
  }
}

function keyOf({ type, major, descriptor }: SharedOperand, firstRow: number, rows: number): string {
  const { addressBytes, leadingByteOffset, strideByteOffset, baseOffset, swizzleBytes } = descriptor;
  const layout = `${leadingByteOffset}/${strideByteOffset}/${baseOffset}/${swizzleBytes}`;
  return `${type}/${major}/${firstRow}/${rows}/${addressBytes}/${layout}`;
}
