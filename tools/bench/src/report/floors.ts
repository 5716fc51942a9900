import { operandTypeOf } from '../gemms/gemm-operation.js';
import { type GemmRow, isCopyRow, isGemmRow, type ResultRow } from '../result-row.js';

/** What the card gives at most, as measured in the same run. */
export interface CardRates {
  /** Of a large copy, read and write together. */
  readonly copyGbs: number;
  /** The highest rate of any row, ours or a peer's. */
  readonly tflops: Readonly<Record<'fp8' | 'bf16', number>>;
}

/** The least time that a row can take: its bytes or its work, whichever needs longer. */
export interface Floor {
  readonly row: GemmRow;
  readonly us: number;
  readonly boundBy: 'memory' | 'tensor cores';
  /** Of the time that it takes. */
  readonly fraction: number;
}

/** Undefined where no copy was measured. */
export function cardRates(rows: readonly ResultRow[]): CardRates | undefined {
  const copy = rows.find(isCopyRow);
  if (copy === undefined) return undefined;
  const gemms = rows.filter(isGemmRow);
  return {
    copyGbs: copy.gbs,
    tflops: { fp8: highestTflops(gemms, 'fp8'), bf16: highestTflops(gemms, 'bf16') },
  };
}

export function floorOf(row: GemmRow, { copyGbs, tflops }: CardRates): Floor {
  const memoryUs = (row.us * row.gbs) / copyGbs;
  const tensorUs = (row.us * row.tflops) / tflops[operandTypeOf(row.op)];
  const us = Math.max(memoryUs, tensorUs);
  return { row, us, boundBy: us === memoryUs ? 'memory' : 'tensor cores', fraction: us / row.us };
}

function highestTflops(rows: readonly GemmRow[], type: 'fp8' | 'bf16'): number {
  const rates = rows
    .filter(({ op }) => operandTypeOf(op) === type)
    .flatMap(({ tflops, us, yardsticks }) => {
      const { cublaslt_us, tensorwise_us, torch_grouped_us } = yardsticks;
      const times = [us, cublaslt_us, tensorwise_us, torch_grouped_us];
      return times.filter((time) => time !== undefined).map((time) => (tflops * us) / time);
    });
  return Math.max(0, ...rates);
}
