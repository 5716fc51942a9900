import { describeValue, reject } from '@dg/runtime';
import type { TensorEntry } from './tensor-entry.js';

/**
 * Throws unless the tensors cover the data once and in full, as the format asks: bytes that belong to two tensors, or to
 * none, are a broken or a doctored file.
 */
export function requireGaplessData(file: string, entries: readonly TensorEntry[], dataBytes: number): void {
  const inOrder = [...entries].sort((x, y) => x.begin - y.begin || x.end - y.end);
  let covered = 0;
  for (const { name, begin, end } of inOrder) {
    if (begin !== covered) {
      const what = begin < covered ? 'an overlap' : 'a hole';
      reject(
        file,
        `the data of tensor ${describeValue(name)} to start at byte ${covered}, where those before it end`,
        `${begin}, which makes ${what}`,
      );
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    reject(file, `tensors that cover all ${dataBytes} bytes of data`, `ones that end at byte ${covered}`);
  }
}
