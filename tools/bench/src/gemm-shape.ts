import { DgValidationError } from '@dg/jit';

/** D is [m, n], A [m, k], B [n, k]. */
export interface GemmShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

const rowCounts = [1, 64, 128, 1024, 4096] as const;
/** [N, K] of the layers of a large mixture-of-experts model. */
const weights = [
  [2112, 7168],
  [576, 7168],
  [24576, 1536],
  [32768, 512],
  [7168, 16384],
  [4096, 7168],
  [7168, 2048],
] as const;
const square: GemmShape = { m: 8192, n: 8192, k: 8192 };

/** The dense tables of the benchmark, in their order. */
export const denseShapes: readonly GemmShape[] = [
  ...rowCounts.flatMap((m) => weights.map(([n, k]) => ({ m, n, k }))),
  square,
];

export function shapeName({ m, n, k }: GemmShape): string {
  return `${m}x${n}x${k}`;
}

/** `64x2112x7168,1x576x7168`. Throws DgValidationError for anything else. */
export function parseShapes(text: string): GemmShape[] {
  return text.split(',').map((part) => {
    const match = /^([1-9]\d*)x([1-9]\d*)x([1-9]\d*)$/.exec(part.trim());
    if (match === null) {
      throw new DgValidationError(`expected MxNxK for a shape but received ${JSON.stringify(part)}`);
    }
    return { m: Number(match[1]), n: Number(match[2]), k: Number(match[3]) };
  });
}
