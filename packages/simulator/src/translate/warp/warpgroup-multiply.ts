import type { OperandCode } from '../operand-code.js';
import type { WarpCode, WarpEmitter } from './warp-emitter.js';

const warpLanes = 32;

/** wgmma: PTX ISA 9.7.15 */
export const warpgroupMultiply: WarpEmitter = (c, modifiers) => {
  const name = modifiers.join('.');
  if (name === 'fence.sync.aligned') return { statements: `M.multiplies.fence(w,${c.line});` };
  if (name === 'commit_group.sync.aligned') return { statements: `M.multiplies.commit(w,${c.line});` };
  if (name === 'wait_group.sync.aligned') {
    const pending = c.operand(0);
    return pending.kind === 'integer'
      ? { statements: '', waitsUntil: `M.multiplies.wait(w,m,${pending.low},${c.line})` }
      : undefined;
  }
  const shape = /^mma_async\.sync\.aligned\.m64n(\d+)k(\d+)\.f32\.(e4m3|bf16|tf32)\.\3$/.exec(name);
  return shape === null ? undefined : multiply(c, Number(shape[1]), Number(shape[2]), shape[3]!);
};

/** mma_async: 9.7.15.5.2 */
function multiply(c: OperandCode, n: number, k: number, type: string): WarpCode | undefined {
  const [d, a, b] = [c.operand(0), c.operand(1), c.operand(2)];
  if (d.kind !== 'vector' || b.kind !== 'register') return undefined;
  const inRegisters = a.kind === 'vector';
  if (!inRegisters && a.kind !== 'register') return undefined;
  // Transposition is there for 16-bit types only, and for A only from shared memory.
  const major = (index: number) => (type !== 'bf16' || constant(c, index) === 0 ? 'k' : 'mn');
  const shape = {
    n,
    k,
    type,
    accumulators: d.elements.map((register) => c.plane(register) / warpLanes),
    fragments: inRegisters ? a.elements.map((register) => c.plane(register) / warpLanes) : undefined,
    negateA: constant(c, 4) === -1,
    negateB: constant(c, 5) === -1,
    aMajor: inRegisters ? 'k' : major(6),
    bMajor: major(inRegisters ? 6 : 7),
    line: c.line,
  };
  const uniform = [...(inRegisters ? [] : [a]), b].map((descriptor) => {
    const plane = c.plane(descriptor);
    return `M.requireUniform(w,m,${plane},'descriptor');M.requireUniform(w,m,${plane + warpLanes},'descriptor');`;
  });
  const aWords = inRegisters ? '0,0' : `${c.low(a)},${c.high(a)}`;
  return {
    statements:
      `{${uniform.join('')}const l=31-Math.clz32(m&-m);M.multiplies.multiply(w,m,${JSON.stringify(shape)},${aWords},` +
      `${c.low(b)},${c.high(b)},Boolean(${c.predicate(c.operand(3))}));}`,
  };
}

function constant(c: OperandCode, index: number): number {
  const operand = c.operand(index);
  return operand.kind === 'integer' ? operand.low | 0 : c.fail('a constant', operand.kind);
}
