import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';
import type { WarpCode, WarpEmitter } from './warp-emitter.js';

const forLanes = (code: string) => `for(let l=0;l<32;l++)if(m>>>l&1){${code}}`;

function global(c: OperandCode, operand: Operand): string {
  return operand.kind === 'address'
    ? `${c.address(operand.base)}+${operand.offset}`
    : c.fail('an address', operand.kind);
}

function shared(c: OperandCode, operand: Operand): string {
  return operand.kind === 'address'
    ? `${c.unsigned(operand.base)}+${operand.offset}`
    : c.fail('an address', operand.kind);
}

/** cp.async.bulk, cp.reduce.async.bulk, commit_group, wait_group: PTX ISA 9.7.9.25 to 9.7.9.27 */
export const copy: WarpEmitter = (c, modifiers) => {
  // The cache policy is one more operand, which changes nothing here.
  const name = modifiers.filter((modifier) => modifier !== 'L2::cache_hint' && modifier !== 'tile').join('.');
  if (name === 'async.bulk.commit_group') return { statements: forLanes('M.copies.commitStores(w,l);') };
  const wait = /^async\.bulk\.wait_group(\.read)?$/.exec(name);
  if (wait !== null) {
    const pending = c.operand(0);
    if (pending.kind !== 'integer') return undefined;
    return {
      statements: '',
      waitsUntil: `M.copies.waitForStores(w,m,${pending.low},${wait[1] !== undefined})`,
    };
  }
  return name.includes('.tensor.') ? copyTensor(c, name) : copyBytes(c, name);
};

function copyTensor(c: OperandCode, name: string): WarpCode | undefined {
  const load =
    /^async\.bulk\.tensor\.(\d)d\.shared::cluster\.global\.mbarrier::complete_tx::bytes(\.multicast::cluster)?$/.exec(
      name,
    );
  if (load !== null) {
    const [map, coordinates] = tensor(c, c.operand(1), Number(load[1]));
    const mask = load[2] === undefined ? '-1' : `${c.int(c.operand(3))}&65535`;
    const [destination, bar] = [shared(c, c.operand(0)), shared(c, c.operand(2))];
    return {
      statements: forLanes(`M.copies.loadTensor(w,l,${destination},${map},[${coordinates}],${bar},${mask});`),
    };
  }
  const prefetched = /^async\.bulk\.prefetch\.tensor\.(\d)d\.L2\.global$/.exec(name);
  if (prefetched !== null) {
    const [map, coordinates] = tensor(c, c.operand(0), Number(prefetched[1]));
    return { statements: forLanes(`M.copies.prefetchTensor(w,l,${map},[${coordinates}]);`) };
  }
  const store =
    /^(?:reduce\.)?async\.bulk\.tensor\.(\d)d\.global\.shared::cta(?:\.(add|min|max|and|or|xor))?\.bulk_group$/.exec(
      name,
    );
  if (store === null || name.startsWith('reduce') !== (store[2] !== undefined)) return undefined;
  const [map, coordinates] = tensor(c, c.operand(0), Number(store[1]));
  const reduction = store[2] === undefined ? 'undefined' : `'${store[2]}'`;
  return {
    statements: forLanes(
      `M.copies.storeTensor(w,l,${map},[${coordinates}],${shared(c, c.operand(1))},${reduction});`,
    ),
  };
}

function copyBytes(c: OperandCode, name: string): WarpCode | undefined {
  const bytes = () => c.unsigned(c.operand(2));
  if (name === 'async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes') {
    const [to, from, bar] = [shared(c, c.operand(0)), global(c, c.operand(1)), shared(c, c.operand(3))];
    return { statements: forLanes(`M.copies.loadBulk(w,l,${to},${from},${bytes()},${bar});`) };
  }
  if (name === 'async.bulk.global.shared::cta.bulk_group') {
    const [to, from] = [global(c, c.operand(0)), shared(c, c.operand(1))];
    return { statements: forLanes(`M.copies.storeBulk(w,l,${to},${from},${bytes()});`) };
  }
  return undefined;
}

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
  return { statements: forLanes(`M.copies.prefetchTensorMap(w,l,${c.address(operand.base)});`) };
};

/** createpolicy: 9.7.9.18: hints for caches, which are not modelled */
export const createPolicy: WarpEmitter = (c) => ({ statements: forLanes(c.setLong(c.operand(0), '0', '0')) });

/** mapa: 9.7.9.23 */
export const mapAddress: WarpEmitter = (c, modifiers) => {
  const [d, a, rank] = [c.operand(0), c.operand(1), c.operand(2)];
  if (modifiers.join('.') === 'u64') {
    // A generic address of shared memory stays one.
    const mapped = `M.mapToCta(w,l,${c.unsigned(a)},${c.unsigned(rank)})`;
    return { statements: forLanes(`{const h=${c.high(a)};${c.setLong(d, mapped, 'h')}}`) };
  }
  if (modifiers.join('.') !== 'shared::cluster.u32') return undefined;
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

/** st.async: 9.7.9.12 */
export const storeRemotely: WarpEmitter = (c, modifiers) => {
  const form = /^(?:weak\.)?shared::cluster\.mbarrier::complete_tx::bytes(?:\.v([24]))?\.[busf](32|64)$/.exec(
    modifiers.join('.'),
  );
  if (form === null) return undefined;
  const [count, isWide] = [Number(form[1] ?? 1), form[2] === '64'];
  const operand = c.operand(1);
  const elements = operand.kind === 'vector' ? operand.elements : [operand];
  // A lane stores 16 bytes at most.
  if (elements.length !== count || (isWide && count === 4)) return undefined;
  const words = elements.flatMap((element) =>
    isWide ? [c.low(element), c.high(element)] : [c.int(element)],
  );
  const [to, barrier] = [shared(c, c.operand(0)), shared(c, c.operand(2))];
  const values = words.map((word, i) => `v[l*${words.length}+${i}]=${word};`).join('');
  return {
    statements:
      `{const to=new Float64Array(32),by=new Float64Array(32),v=new Int32Array(${32 * words.length});` +
      `${forLanes(`to[l]=${to};by[l]=${barrier};${values}`)}M.remoteStores.store(w,m,to,by,v);}`,
  };
};

/** tensormap.replace: 9.7.9.28, of maps in global memory */
export const replaceTensorMap: WarpEmitter = (c, modifiers) => {
  const form = /^tile\.(global_address|global_dim|global_stride)\.global\.b1024\.b(32|64)$/.exec(
    modifiers.slice(1).join('.'),
  );
  if (form === null || modifiers[0] !== 'replace' || (form[1] === 'global_dim') !== (form[2] === '32'))
    return undefined;
  const map = global(c, c.operand(0));
  const hasOrdinal = form[1] !== 'global_address';
  const ordinal = hasOrdinal ? c.unsigned(c.operand(1)) : '0';
  const operand = c.operand(hasOrdinal ? 2 : 1);
  const value = form[2] === '32' ? c.unsigned(operand) : c.address(operand);
  return { statements: forLanes(`M.replaceTensorMapField(w,l,${map},'${form[1]}',${ordinal},${value});`) };
};
