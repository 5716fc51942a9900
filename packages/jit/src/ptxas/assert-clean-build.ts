import { DgCompileError } from '../errors/dg-compile-error.js';
import { type PtxasReport, parsePtxasLog } from './parse-ptxas-log.js';

/** A cubin's build, as far as the check needs it. */
export interface CheckedBuild {
  readonly name: string;
  readonly entry: string;
  /** With the lines of `ptxas -v`. */
  readonly log: string;
  readonly command: readonly string[];
}

/** The assembler's words for WGMMA that it serialised (C7510, C7511, C7514 ...) and for setmaxnreg ignored (C7508). */
const PERFORMANCE_LOSS = /Potential Performance Loss/;

/**
 * A kernel that spills or whose WGMMA runs one by one is right but several times too slow: take it for a failed build.
 * @throws DgCompileError when a function uses local memory, when ptxas reports a loss, or when its report is missing.
 */
export function assertCleanBuild(build: CheckedBuild): void {
  const faults = buildFaults(parsePtxasLog(build.log), build.entry);
  if (faults.length === 0) return;
  throw new DgCompileError({
    message: `expected no local memory and no serialised WGMMA for kernel ${build.name} but received ${faults.join('; ')}`,
    log: build.log,
    command: build.command,
  });
}

function buildFaults(report: PtxasReport, entry: string): readonly string[] {
  const localMemory = [...report.entries, ...report.functions]
    .filter((used) => used.stackBytes + used.spillStoreBytes + used.spillLoadBytes > 0)
    .map(
      (used) =>
        `${used.stackBytes} bytes of stack, ${used.spillStoreBytes} of spill stores and ${used.spillLoadBytes} of spill loads in ${used.name}`,
    );
  const losses = report.warnings.filter(({ line }) => PERFORMANCE_LOSS.test(line)).map(({ line }) => line);
  const isReported = report.entries.some(({ name }) => name === entry);
  return [...localMemory, ...losses, ...(isReported ? [] : [`no report of ptxas on ${entry}`])];
}
