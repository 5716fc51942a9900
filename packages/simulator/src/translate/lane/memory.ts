import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';
import type { LaneEmitter } from './lane-emitter.js';

/** Caching and ordering hints that change nothing in what is loaded or stored here. */
const hints = new Set(['relaxed', 'weak', 'nc', 'ca', 'cg', 'cs', 'lu', 'cv', 'wb', 'wt']);

interface Access {
  readonly space: string;
  readonly elements: number;
  readonly type: string;
}

/** ld, ld.global.nc: PTX ISA 9.7.9.8, 9.7.9.9 */
export const load: LaneEmitter = (c, modifiers) => {
  const access = readAccess(modifiers);
  if (access === undefined) return undefined;
  const from = addressCode(c, c.operand(1), access.space);
  const to = elementsOf(c.operand(0), access.elements);
  if (from === undefined || to === undefined) return undefined;
  const bytes = bytesOf(access.type);
  const memory = memoryCode(access.space);
  const signed = access.type.startsWith('s');
  const checked = `${memory}.check(${from},${bytes * access.elements},false,w,l);`;
  const parts = to.map((element, i) => loadElement(c, element, bytes, i, signed));
  return parts.includes(undefined)
    ? undefined
    : `{const at=${checked}const V=${memory}.view;${parts.join('')}}`;
};

/** st: PTX ISA 9.7.9.11 */
export const store: LaneEmitter = (c, modifiers) => {
  const access = readAccess(modifiers);
  if (access === undefined || access.space === 'param') return undefined;
  const to = addressCode(c, c.operand(0), access.space);
  const from = elementsOf(c.operand(1), access.elements);
  if (to === undefined || from === undefined) return undefined;
  const bytes = bytesOf(access.type);
  const memory = memoryCode(access.space);
  const parts = from.map((element, i) => storeElement(c, element, bytes, i));
  const checked = `${memory}.check(${to},${bytes * access.elements},true,w,l);`;
  return `{const at=${checked}const V=${memory}.view;${parts.join('')}}`;
};

/** atom.shared.max.u32: PTX ISA 9.7.13.5 */
export const atomic: LaneEmitter = (c, modifiers) => {
  if (modifiers.join('.') !== 'shared.max.u32') return undefined;
  const at = addressCode(c, c.operand(1), 'shared');
  const value = c.operand(2);
  const old = c.setInt(c.operand(0), 'old');
  return (
    `{const at=SM.checkAtomic(${at},4,w,l);const V=SM.view;const old=V.getInt32(at,true);` +
    `if(${c.unsigned(value)}>(old>>>0))V.setInt32(at,${c.int(value)},true);${old}}`
  );
};

function readAccess(modifiers: readonly string[]): Access | undefined {
  const space = modifiers[0]!;
  if (!/^(param|global|shared|shared::cta)$/.test(space)) return undefined;
  let elements = 1;
  for (const modifier of modifiers.slice(1, -1)) {
    if (/^v[24]$/.test(modifier)) elements = Number(modifier[1]);
    else if (!hints.has(modifier)) return undefined;
  }
  return { space: space.split('::')[0]!, elements, type: modifiers.at(-1)! };
}

function bytesOf(type: string): number {
  return Number(/\d+$/.exec(type)![0]) / 8;
}

/** An object with `check(address, bytes, write, warp, lane)`, which returns an offset into the `view` that it selects. */
function memoryCode(space: string): string {
  return space === 'param' ? 'PM' : space === 'shared' ? 'SM' : 'GM';
}

function addressCode(c: OperandCode, operand: Operand, space: string): string | undefined {
  if (operand.kind !== 'address' || operand.coordinates !== undefined) return undefined;
  const { base, offset } = operand;
  const symbolic = base.kind === 'symbol' || space === 'shared';
  const start = symbolic
    ? base.kind === 'symbol'
      ? `${c.symbol(base.name)}`
      : c.unsigned(base)
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
