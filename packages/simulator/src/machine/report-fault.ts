import { DgSimulationError, type SimulationReport } from '../device/simulation-error.js';
import type { PlacedFault } from './execute-grid.js';

/** The error that a fault becomes: with kernel, CTA, warp, line and seed. */
export function reportFault(
  { fault, warp, program }: PlacedFault,
  kernel: string,
  seed: number,
): DgSimulationError {
  const instruction =
    warp === undefined ? undefined : program.blocks[warp.programCounter]?.instructions[warp.position];
  const report: SimulationReport = {
    check: fault.check,
    kernel,
    cta: warp?.cta.special.ctaid ?? [0, 0, 0],
    warp: warp?.index ?? 0,
    detail: fault.message,
    seed,
    ...(fault.lane === undefined ? {} : { lane: fault.lane }),
    ...(instruction === undefined ? {} : { ptxLine: instruction.line, ptxText: instruction.opcode }),
    ...(instruction?.source === undefined ? {} : { source: instruction.source }),
  };
  return new DgSimulationError(report, { cause: fault });
}
