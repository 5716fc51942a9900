import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';
import type { WarpEmitter } from './warp-emitter.js';

const forLanes = (code: string) => `for(let l=0;l<32;l++)if(m>>>l&1){${code}}`;

function shared(c: OperandCode, operand: Operand): string {
  return operand.kind === 'address'
    ? `${c.unsigned(operand.base)}+${operand.offset}`
    : c.fail('an address', operand.kind);
}

/** cp.async.bulk.tensor, commit_group, wait_group: PTX ISA 9.7.9.25 to 9.7.9.27 */
export const copy: WarpEmitter = (c, modifiers) => {
  const name = modifiers.join('.');
  if (name === 'async.bulk.commit_group') return { statements: forLanes('M.commitStores(w,l);') };
  const wait = /^async\.bulk\.wait_group(\.read)?$/.exec(name);
  if (wait !== null) {
    const pending = c.operand(0);
    if (pending.kind !== 'integer') return undefined;
    return { statements: '', waitsUntil: `M.waitForStores(w,m,${pending.low},${wait[1] !== undefined})` };
  }
  const load =
    /^async\.bulk\.tensor\.(\d)d\.shared::cluster\.global\.mbarrier::complete_tx::bytes(\.multicast::cluster)?$/.exec(
      name,
    );
  if (load !== null) {
    const [map, coordinates] = tensor(c, c.operand(1), Number(load[1]));
    const mask = load[2] === undefined ? '-1' : c.int(c.operand(3));
    const [destination, bar] = [shared(c, c.operand(0)), shared(c, c.operand(2))];
    return {
      statements: forLanes(`M.loadTensor(w,l,${destination},${map},[${coordinates}],${bar},${mask});`),
    };
  }
  const store = /^async\.bulk\.tensor\.(\d)d\.global\.shared::cta\.bulk_group$/.exec(name);
  if (store === null) return undefined;
  const [map, coordinates] = tensor(c, c.operand(0), Number(store[1]));
  return { statements: forLanes(`M.storeTensor(w,l,${map},[${coordinates}],${shared(c, c.operand(1))});`) };
};

/** The address of the tensor map, and the coordinates. */
function tensor(c: OperandCode, operand: Operand, rank: number): [string, string] {
  if (operand.kind !== 'address' || operand.coordinates?.length !== rank) {
    return c.fail(`a tensor with ${rank} coordinates`, operand.kind);
  }
  return [c.address(operand.base), operand.coordinates.map((x) => c.int(x)).join(',')];
}

/** prefetch.tensormap: 9.7.9.15: a hint, but of a tensor map that is there */
export const prefetch: WarpEmitter = (c, modifiers) => {
  const operand = c.operand(0);
  if (modifiers.join('.') !== 'tensormap' || operand.kind !== 'address') return undefined;
  return { statements: forLanes(`M.prefetchTensorMap(w,l,${c.address(operand.base)});`) };
};

/** mapa.shared::cluster: 9.7.9.23 */
export const mapAddress: WarpEmitter = (c, modifiers) => {
  if (modifiers.join('.') !== 'shared::cluster.u32') return undefined;
  const [d, a, rank] = [c.operand(0), c.operand(1), c.operand(2)];
  return { statements: forLanes(c.setInt(d, `M.mapToCta(w,l,${c.unsigned(a)},${c.unsigned(rank)})`)) };
};

/** stmatrix: 9.7.14.5.16 */
export const storeMatrix: WarpEmitter = (c, modifiers) => {
  const shape = /^sync\.aligned\.m8n8\.(x[124])(\.trans)?\.shared(?:::cta)?\.b16$/.exec(modifiers.join('.'));
  const values = c.operand(1);
  if (shape === null) return undefined;
  const registers = values.kind === 'vector' ? values.elements : [values];
  if (registers.length !== Number(shape[1]![1])) return undefined;
  const planes = registers.map((register) => c.plane(register)).join(',');
  const rows = `const rows=new Float64Array(32);for(let l=0;l<32;l++)rows[l]=${shared(c, c.operand(0))};`;
  return { statements: `{${rows}M.storeMatrix(w,m,rows,[${planes}],${shape[2] !== undefined});}` };
};

/** wgmma: 9.7.15 */
export const warpgroupMultiply: WarpEmitter = (c, modifiers) => {
  const name = modifiers.join('.');
  if (name === 'fence.sync.aligned') return { statements: 'M.fenceMultiply(w,m);' };
  if (name === 'commit_group.sync.aligned') return { statements: 'M.commitMultiply(w,m);' };
  if (name === 'wait_group.sync.aligned') {
    const pending = c.operand(0);
    return pending.kind === 'integer'
      ? { statements: '', waitsUntil: `M.waitForMultiply(w,m,${pending.low})` }
      : undefined;
  }
  const shape = /^mma_async\.sync\.aligned\.m64n(\d+)k(\d+)\.f32\.(e4m3|bf16|tf32)\.\3$/.exec(name);
  const d = c.operand(0);
  if (shape === null || d.kind !== 'vector') return undefined;
  const [n, k, type] = [Number(shape[1]), Number(shape[2]), shape[3]!];
  const constant = (index: number) => {
    const operand = c.operand(index);
    return operand.kind === 'integer' ? operand.low | 0 : c.fail('a constant', operand.kind);
  };
  const transposed = type === 'bf16' ? `${constant(6)},${constant(7)}` : '0,0';
  const planes = d.elements.map((register) => c.plane(register));
  const [a, b] = [c.operand(1), c.operand(2)];
  if (a.kind !== 'register') return undefined;
  const uniformLane = 'const l=31-Math.clz32(m&-m);';
  return {
    statements:
      `{${uniformLane}M.multiply(w,m,${n},${k},'${type}',[${planes}],${c.low(a)},${c.high(a)},${c.low(b)},${c.high(b)},` +
      `${c.predicate(c.operand(3))},${constant(4)},${constant(5)},${transposed});}`,
  };
};
