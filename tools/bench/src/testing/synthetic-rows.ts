import type { GemmCase } from '../gemms/gemm-case.js';
import { gemmOperations } from '../gemms/gemm-operation.js';
import { tableCases } from '../gemms/gemm-tables.js';
import { memoryCases } from '../memory/memory-tables.js';
import { compareWithPeers } from '../peers/compare-with-peers.js';
import { peerFigures, peerTable } from '../peers/peer-table.js';
import { parseYardsticks } from '../peers/yardsticks.js';
import type { CopyRow, GemmRow, HostRow, MemoryRow, ResultRow } from '../result-row.js';

export const identity = { device: 'NVIDIA H200', date: '2026-11-22', commit: 'abc1234' };

/** A card on which the yardsticks take what they took in the table. */
const yardsticks = parseYardsticks(
  [
    ...peerTable.fp8_nt_1d2d.flatMap(({ shape, tensorwise_us, cublaslt_us }) => [
      { peer: 'cublaslt_tensorwise_fastaccum', op: 'fp8_nt_1d2d', shape, us: tensorwise_us },
      { peer: 'cublaslt', op: 'fp8_nt_1d2d', shape, us: cublaslt_us },
    ]),
    ...peerTable.bf16_nt.map(({ shape, cublaslt_us }) => ({
      peer: 'cublaslt',
      op: 'bf16_nt',
      shape,
      us: cublaslt_us,
    })),
  ]
    .map((line) => JSON.stringify(line))
    .join('\n'),
);

/** A row of a product that takes so long. */
export function gemmRow({ op, shape, flop, bytes }: GemmCase, us: number): GemmRow {
  return {
    op,
    shape,
    us,
    tflops: flop / us / 1e6,
    gbs: bytes / us / 1e3,
    config: '64x32-w1-c1x1-s8-bfloat16',
    sets: 44,
    diff: 1e-6,
    checked: true,
    ...compareWithPeers(op, shape, us, yardsticks),
    ...identity,
  };
}

export const copyRow: CopyRow = { op: 'copy', shape: [2 ** 32], us: 2000, gbs: 4300, ...identity };

export function memoryRow(index: number, ratio_copy: number): MemoryRow {
  const { op, shape, bytes } = memoryCases[index]!;
  const gbs = 4300 * ratio_copy;
  const us = bytes / gbs / 1e3;
  return { op, shape, us, gbs, copy_gbs: 4300, ratio_copy, sets: 1, checked: true, ...identity };
}

export function hostRow(us: number): HostRow {
  return { op: 'host_call', call: 'bf16_nt', shape: [64, 576, 7168], us, ...identity };
}

/** A run of everything in which ours is so many times as fast as DeepGEMM in every row. */
export function syntheticRun(ratio: number): ResultRow[] {
  return [
    copyRow,
    ...gemmOperations.flatMap((op) =>
      tableCases(op).map((gemm) => gemmRow(gemm, peerFigures(op, gemm.shape)!.deepgemm_us / ratio)),
    ),
    ...memoryCases.map((_, index) => memoryRow(index, 0.9)),
    hostRow(4),
  ];
}
