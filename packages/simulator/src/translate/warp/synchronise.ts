import type { WarpEmitter } from './warp-emitter.js';

/** The lowest active lane: for operands that are the same in all of them. */
const uniform = (code: string) => `(()=>{const l=31-Math.clz32(m&-m);return ${code};})()`;

/** bar.sync, barrier.cta.sync: PTX ISA 9.7.13.1 */
export const barrier: WarpEmitter = (c, modifiers) => {
  const name = modifiers.filter((modifier) => modifier !== 'cta' && modifier !== 'aligned').join('.');
  if (name === 'warp.sync')
    return { statements: '', waitsUntil: `M.syncWarp(w,m,${uniform(c.int(c.operand(0)))})` };
  if (name === 'cluster.arrive.release' || name === 'cluster.arrive' || name === 'cluster.arrive.relaxed') {
    return { statements: `M.arriveAtCluster(w,m,${name !== 'cluster.arrive.relaxed'});` };
  }
  if (name === 'cluster.wait.acquire' || name === 'cluster.wait') {
    return { statements: '', waitsUntil: 'M.waitForCluster(w,m)' };
  }
  if (name !== 'sync' && name !== 'arrive') return undefined;
  const id = uniform(c.int(c.operand(0)));
  const threads = c.operandCount > 1 ? uniform(c.int(c.operand(1))) : 'w.cta.threads';
  if (name === 'arrive') return { statements: `M.arriveAtBarrier(w,m,${id},${threads});` };
  return { statements: '', waitsUntil: `M.syncBarrier(w,m,${id},${threads})` };
};

/** elect.sync: 9.7.13.14: one lane of the mask; the manual leaves open which. */
export const elect: WarpEmitter = (c) => {
  const target = c.operand(0);
  if (target.kind !== 'pair') return undefined;
  const rank =
    target.first.kind === 'sink' ? '' : `for(let l=0;l<32;l++)if(m>>>l&1){${c.setInt(target.first, 'lane')}}`;
  const p = c.mask(target.second);
  return {
    statements: `{M.requireLanes(w,m,${uniform(c.int(c.operand(1)))});const lane=31-Math.clz32(m&-m);${p}=${p}&~m|1<<lane;${rank}}`,
  };
};

/** shfl.sync: 9.7.9.6 */
export const shuffle: WarpEmitter = (c, modifiers) => {
  const [, mode, type] = modifiers;
  if (type !== 'b32' || !/^(idx|bfly|up|down)$/.test(mode!)) return undefined;
  const target = c.operand(0);
  const [d, p] = target.kind === 'pair' ? [target.first, target.second] : [target, undefined];
  const inRange = p === undefined ? '' : c.setPredicate(p, 'found.inRange');
  return {
    statements:
      `{M.requireLanes(w,m,${uniform(c.int(c.operand(4)))});` +
      `const before=new Int32Array(32);for(let l=0;l<32;l++)before[l]=${c.int(c.operand(1))};` +
      `for(let l=0;l<32;l++)if(m>>>l&1){const found=M.shuffleSource(w,m,'${mode}',l,${c.int(c.operand(2))},${c.int(c.operand(3))});` +
      `${c.setInt(d, 'before[found.lane]')}${inRange}}}`,
  };
};

/** fence, membar: PTX ISA 9.7.13.4 */
export const fence: WarpEmitter = (_c, modifiers) => {
  const name = modifiers.join('.');
  if (/^proxy\.async(\.(shared::(cta|cluster)|global))?$/.test(name)) {
    return { statements: 'M.fences.fenceAsyncProxy(w,m);' };
  }
  if (name === 'mbarrier_init.release.cluster') return { statements: 'M.fences.fenceBarrierInit(w,m);' };
  if (/^((acq_rel|sc)\.)?(cta|cluster|gpu|sys)$/.test(name))
    return { statements: 'M.fences.fenceMemory(w,m);' };
  // Maps are read as they are in memory here.
  if (/^proxy\.tensormap::generic\.(release|acquire)\.gpu$/.test(name)) return { statements: '' };
  return undefined;
};

/** membar: the older names of fence.sc */
export const memoryBarrier: WarpEmitter = (_c, modifiers) =>
  /^(cta|gl|sys)$/.test(modifiers.join('.')) ? { statements: 'M.fences.fenceMemory(w,m);' } : undefined;

/** griddepcontrol: 9.7.13.13. Launches run one after another here: there is nothing to wait for. */
export const gridDependency: WarpEmitter = (_c, modifiers) =>
  /^(wait|launch_dependents)$/.test(modifiers.join('.')) ? { statements: '' } : undefined;

/** setmaxnreg: 9.7.19.5 */
export const setRegisters: WarpEmitter = (c, modifiers) => {
  const mode = modifiers[0];
  if (mode !== 'inc' && mode !== 'dec') return undefined;
  return {
    statements: '',
    waitsUntil: `M.setRegisters(w,m,'${mode}',${uniform(c.int(c.operand(0)))},${c.line})`,
  };
};
