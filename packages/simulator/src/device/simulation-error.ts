import { DgError } from '@dg/runtime';

/** What a check of the simulator found, and where. */
export interface SimulationReport {
  /** Name of the check: `deadlock`, `bounds`. */
  readonly check: string;
  readonly kernel: string;
  readonly cta: readonly [x: number, y: number, z: number];
  /** Within the CTA. */
  readonly warp: number;
  /** Left out when the whole warp did it. */
  readonly lane?: number;
  /** Line of the PTX text, from 1. */
  readonly ptxLine?: number;
  /** The instruction as it stands there. */
  readonly ptxText?: string;
  /** Where the instruction comes from, when the PTX has line information. */
  readonly source?: { readonly file: string; readonly line: number };
  /** `expected … but received …`; may have several lines. */
  readonly detail: string;
  /** The seed that makes it happen again. */
  readonly seed: number;
}

/** A kernel did what it must not, and the simulator noticed. The launch ends there; the device can be used on. */
export class DgSimulationError extends DgError {
  readonly report: SimulationReport;

  constructor(report: SimulationReport, options?: ErrorOptions) {
    super('DG_SIMULATION_FAULT', describeReport(report), options);
    this.report = report;
  }
}

function describeReport(report: SimulationReport): string {
  const { check, kernel, cta, warp, lane, ptxLine, ptxText, source, detail, seed } = report;
  const thread = lane === undefined ? `warp ${warp}` : `warp ${warp}, lane ${lane}`;
  const lines = [
    `${kernel}: ${check}: ${detail.replaceAll('\n', '\n  ')}`,
    `  at CTA [${cta.join(', ')}], ${thread}`,
  ];
  if (ptxLine !== undefined) {
    lines.push(`  PTX line ${ptxLine}${ptxText === undefined ? '' : `: ${ptxText.trim()}`}`);
  }
  if (source !== undefined) lines.push(`  source ${source.file}:${source.line}`);
  lines.push(`  seed ${seed}; DG_SIM_SEED=${seed} repeats it`);
  return lines.join('\n');
}
