import { accessKind } from '../../ordering/access-kind.js';
import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';
import type { LaneEmitter } from './lane-emitter.js';

/** Hints for caches, which are not modelled, and scopes, which are not told apart. */
const hint =
  /^(ca|cg|cs|lu|cv|wb|wt|nc|cta|cluster|gpu|sys|L1::(evict_\w+|no_allocate)|L2::(cache_hint|evict_\w+|\d+B))$/;

/** Memory semantics: PTX ISA 8.4 */
const semantics = /^(weak|relaxed|acquire|release|acq_rel|volatile)$/;

interface Access {
  /** Empty for a generic address. */
  readonly space: string;
  readonly elements: number;
  readonly type: string;
  readonly semantics: string;
}

/** ld, ld.global.nc: PTX ISA 9.7.9.8, 9.7.9.9 */
export const load: LaneEmitter = (c, modifiers) => {
  const access = readAccess(modifiers);
  if (access === undefined || access.semantics === 'release') return undefined;
  const to = elementsOf(c.operand(0), access.elements);
  const bytes = bytesOf(access.type);
  if (to === undefined || bytes === undefined) return undefined;
  const strong = access.semantics !== 'weak';
  const signed = access.type.startsWith('s');
  const parts = to.map((element, i) => loadElement(c, element, bytes, i, signed));
  const kind = strong ? accessKind.strongRead : accessKind.read;
  const opened = openMemory(c, c.operand(1), access.space, bytes * access.elements, kind);
  if (opened === undefined || parts.includes(undefined)) return undefined;
  const note = strong ? noteStrong(access, true, false) : '';
  return `{${opened}${parts.join('')}${note}}`;
};

/** st: PTX ISA 9.7.9.11 */
export const store: LaneEmitter = (c, modifiers) => {
  const access = readAccess(modifiers);
  if (access === undefined || access.space === 'param' || access.semantics === 'acquire') return undefined;
  const from = elementsOf(c.operand(1), access.elements);
  const bytes = bytesOf(access.type);
  if (from === undefined || bytes === undefined) return undefined;
  const strong = access.semantics !== 'weak';
  const kind = strong ? accessKind.strongWrite : accessKind.write;
  const opened = openMemory(c, c.operand(0), access.space, bytes * access.elements, kind);
  const parts = from.map((element, i) => storeElement(c, element, bytes, i));
  const note = strong ? noteStrong(access, false, true) : '';
  return opened === undefined ? undefined : `{${opened}${note}${parts.join('')}}`;
};

/** atom: PTX ISA 9.7.13.5 */
export const atomic: LaneEmitter = (c, modifiers) => {
  const [operation, access] = readAtomic(modifiers);
  if (access === undefined) return undefined;
  const value = combine(
    c,
    operation,
    access.type,
    c.operand(2),
    operation === 'cas' ? c.operand(3) : undefined,
  );
  const opened = openMemory(c, c.operand(1), access.space, 4, accessKind.atomic);
  if (value === undefined || opened === undefined) return undefined;
  const result = c.setInt(c.operand(0), 'old');
  return `{${opened}const old=V.getInt32(at,true);${value}${noteStrong(access, true, true)}${result}}`;
};

/** red: PTX ISA 9.7.13.6 */
export const reduction: LaneEmitter = (c, modifiers) => {
  const [operation, access] = readAtomic(modifiers);
  if (access === undefined || operation === 'exch' || operation === 'cas') return undefined;
  const value = combine(c, operation, access.type, c.operand(1), undefined);
  const opened = openMemory(c, c.operand(0), access.space, 4, accessKind.atomic);
  if (value === undefined || opened === undefined) return undefined;
  return `{${opened}const old=V.getInt32(at,true);${value}${noteStrong(access, false, true)}}`;
};

function readAccess(modifiers: readonly string[]): Access | undefined {
  let space = '';
  let elements = 1;
  let order = 'weak';
  for (const modifier of modifiers.slice(0, -1)) {
    if (/^(param|global|shared(::(cta|cluster))?)$/.test(modifier)) space = spaceOf(modifier);
    else if (/^v[24]$/.test(modifier)) elements = Number(modifier[1]);
    else if (semantics.test(modifier)) order = modifier;
    else if (!hint.test(modifier)) return undefined;
  }
  return { space, elements, type: modifiers.at(-1)!, semantics: order };
}

function spaceOf(modifier: string): string {
  if (modifier === 'shared::cluster') return 'cluster';
  return modifier.split('::')[0]!;
}

const operations = /^(add|min|max|and|or|xor|exch|cas)$/;

function readAtomic(modifiers: readonly string[]): [operation: string, access: Access | undefined] {
  const operation = modifiers.find((modifier) => operations.test(modifier)) ?? '';
  const access = readAccess(modifiers.filter((modifier) => modifier !== operation));
  if (access === undefined || operation === '' || access.elements !== 1 || access.space === 'param')
    return ['', undefined];
  return [operation, { ...access, semantics: access.semantics === 'weak' ? 'relaxed' : access.semantics }];
}

/** Stores the new value of `old` and an operand. */
function combine(
  c: OperandCode,
  operation: string,
  type: string,
  a: Operand,
  b: Operand | undefined,
): string | undefined {
  const set = (code: string) => `V.setInt32(at,${code},true);`;
  if (type === 'f32' && operation === 'add')
    return `V.setFloat32(at,V.getFloat32(at,true)+${c.float(a)},true);`;
  if (!/^[bus]32$/.test(type)) return undefined;
  const signed = type === 's32';
  const [x, y] = signed ? [c.int(a), 'old'] : [c.unsigned(a), '(old>>>0)'];
  switch (operation) {
    case 'add':
      return set(`old+${c.int(a)}|0`);
    case 'min':
      return set(`(${x}<${y}?${c.int(a)}:old)`);
    case 'max':
      return set(`(${x}>${y}?${c.int(a)}:old)`);
    case 'and':
      return set(`old&${c.int(a)}`);
    case 'or':
      return set(`old|${c.int(a)}`);
    case 'xor':
      return set(`old^${c.int(a)}`);
    case 'exch':
      return set(c.int(a));
    case 'cas':
      return b === undefined ? undefined : set(`(old===(${c.int(a)})?${c.int(b)}:old)`);
    default:
      return undefined;
  }
}

function noteStrong({ semantics: order }: Access, reads: boolean, writes: boolean): string {
  return `M.fences.noteStrong(w,l,X.keyOf(at),${reads},${writes},'${order}');`;
}

function bytesOf(type: string): number | undefined {
  const bits = /^[busf](8|16|32|64)$/.exec(type)?.[1];
  return bits === undefined ? undefined : Number(bits) / 8;
}

/** Objects with `check(address, bytes, kind, warp, lane)`, which returns an offset into the `view` that it selects. */
const ports: Readonly<Record<string, string>> = {
  '': 'w.cta.generic',
  param: 'PM',
  global: 'GM',
  shared: 'SM',
  cluster: 'w.cta.distributed',
};

/** Checks the access, and declares `X`, the port, `at` and the view `V` that it is an index into. */
function openMemory(
  c: OperandCode,
  operand: Operand,
  space: string,
  bytes: number,
  kind: number,
): string | undefined {
  const address = addressCode(c, operand, space);
  if (address === undefined) return undefined;
  return `const X=${ports[space]};const at=X.check(${address},${bytes},${kind},w,l);const V=X.view;`;
}

function addressCode(c: OperandCode, operand: Operand, space: string): string | undefined {
  if (operand.kind !== 'address' || operand.coordinates !== undefined) return undefined;
  const { base, offset } = operand;
  const start =
    base.kind === 'symbol'
      ? `${c.symbol(base.name)}`
      : space === 'shared' || space === 'cluster'
        ? c.unsigned(base)
        : c.address(base);
  return offset === 0 ? start : `${start}+${offset}`;
}

function elementsOf(operand: Operand, count: number): readonly Operand[] | undefined {
  if (count === 1) return operand.kind === 'vector' ? undefined : [operand];
  return operand.kind === 'vector' && operand.elements.length === count ? operand.elements : undefined;
}

function loadElement(
  c: OperandCode,
  element: Operand,
  bytes: number,
  index: number,
  signed: boolean,
): string | undefined {
  const at = `at+${index * bytes}`;
  switch (bytes) {
    case 1:
      return c.setInt(element, signed ? `V.getInt8(${at})` : `V.getUint8(${at})`);
    case 2:
      return c.setInt(element, signed ? `V.getInt16(${at},true)` : `V.getUint16(${at},true)`);
    case 4:
      return c.setInt(element, `V.getInt32(${at},true)`);
    case 8:
      return c.setLong(element, `V.getInt32(${at},true)`, `V.getInt32(${at}+4,true)`);
    default:
      return undefined;
  }
}

function storeElement(c: OperandCode, element: Operand, bytes: number, index: number): string {
  const at = `at+${index * bytes}`;
  if (bytes === 1) return `V.setInt8(${at},${c.int(element)});`;
  if (bytes === 2) return `V.setInt16(${at},${c.int(element)},true);`;
  if (bytes === 4) return `V.setInt32(${at},${c.int(element)},true);`;
  return `V.setInt32(${at},${c.low(element)},true);V.setInt32(${at}+4,${c.high(element)},true);`;
}
