import type { Program } from '../program/program.js';
import { Fault } from './fault.js';
import type { Warp } from './warp.js';

/** Who waits for what, for every barrier on which somebody waits. */
export function describeDeadlock(warps: readonly Warp[], program: Program): Fault {
  const lines: string[] = [];
  for (const cta of new Set(warps.map((warp) => warp.cta))) {
    const place = `CTA [${cta.special.ctaid.join(', ')}]`;
    for (const [address, waiters] of cta.mbarrierWaiters) {
      const who = [...new Set(waiters.map(({ warp }) => warp.index))].sort((a, b) => a - b);
      const state = cta.mbarriers.get(address)?.describe() ?? 'not there any more';
      lines.push(
        `${place}: ${who.length === 1 ? 'warp' : 'warps'} ${who.join(', ')} ${who.length === 1 ? 'waits' : 'wait'} for the mbarrier at ` +
          `${address}: ${state}`,
      );
    }
    const registers = cta.registerPool.describe();
    if (registers !== undefined) lines.push(`${place}: setmaxnreg: ${registers}`);
    for (const [id, barrier] of cta.namedBarriers.entries()) {
      const state = barrier.describe();
      if (state !== undefined) lines.push(`${place}: barrier ${id}: ${state}`);
    }
    const cluster = cta.clusterBarrier.describe();
    if (cluster !== undefined) lines.push(`${place}: barrier.cluster: ${cluster}`);
    for (const warp of cta.warps) {
      if (warp.blocked === 0) continue;
      const at = program.blocks[warp.programCounter]?.instructions[warp.position];
      lines.push(`${place}: warp ${warp.index} waits at ${at?.opcode} in line ${at?.line}`);
    }
  }
  return new Fault('deadlock', `nothing can go on\n${lines.join('\n')}`);
}
