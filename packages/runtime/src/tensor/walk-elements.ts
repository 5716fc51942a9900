/**
 * Calls `visit` with the strided offset of every element in row-major order of `shape`.
 * `index` counts from 0. No 32-bit arithmetic.
 */
export function walkElements(
  shape: readonly number[],
  strides: readonly number[],
  visit: (offset: number, index: number) => void,
): void {
  if (shape.includes(0)) return;
  if (shape.length === 0) {
    visit(0, 0);
    return;
  }
  const inner = shape.length - 1;
  const innerLength = shape[inner]!;
  const innerStride = strides[inner]!;
  const position = new Array<number>(shape.length).fill(0);
  let rowOffset = 0;
  let index = 0;
  for (;;) {
    for (let i = 0; i < innerLength; i++) visit(rowOffset + i * innerStride, index++);
    let dim = inner - 1;
    for (; dim >= 0; dim--) {
      rowOffset += strides[dim]!;
      position[dim]! += 1;
      if (position[dim]! < shape[dim]!) break;
      rowOffset -= shape[dim]! * strides[dim]!;
      position[dim] = 0;
    }
    if (dim < 0) return;
  }
}
