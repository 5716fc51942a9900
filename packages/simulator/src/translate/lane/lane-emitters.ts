import * as convert from './convert.js';
import * as float from './float.js';
import * as integer from './integer.js';
import type { LaneEmitter } from './lane-emitter.js';
import * as logic from './logic.js';
import * as memory from './memory.js';

const isFloat = (modifiers: readonly string[]) => modifiers.at(-1) === 'f32';
const byType =
  (ofFloat: LaneEmitter, ofInteger: LaneEmitter): LaneEmitter =>
  (c, modifiers) =>
    (isFloat(modifiers) ? ofFloat : ofInteger)(c, modifiers);

/** Instructions that each lane executes for itself. */
export const laneEmitters: ReadonlyMap<string, LaneEmitter> = new Map<string, LaneEmitter>([
  ['add', byType(float.arithmetic('+'), integer.add)],
  ['sub', byType(float.arithmetic('-'), integer.subtract)],
  ['mul', byType(float.arithmetic('*'), integer.multiply)],
  ['mad', integer.multiplyAdd],
  ['div', byType(float.divide, integer.divide)],
  ['rem', integer.remainder],
  ['min', byType(float.extremeOf('min'), integer.extremeOf('<'))],
  ['max', byType(float.extremeOf('max'), integer.extremeOf('>'))],
  ['neg', byType(float.negate, integer.negate)],
  ['abs', float.absolute],
  ['fma', float.fusedMultiplyAdd],
  ['rcp', float.reciprocal],
  ['setp', integer.setPredicate],
  ['and', logic.bitwise('&')],
  ['or', logic.bitwise('|')],
  ['xor', logic.bitwise('^')],
  ['not', logic.not],
  ['shl', logic.shiftLeft],
  ['shr', logic.shiftRight],
  ['bfi', logic.bitFieldInsert],
  ['bfe', logic.bitFieldExtract],
  ['selp', logic.select],
  ['mov', logic.move],
  ['cvt', convert.convert],
  ['cvta', convert.convertAddress],
  ['ld', memory.load],
  ['st', memory.store],
  ['atom', memory.atomic],
]);

/** Memory accesses are visible to the other lanes before the next instruction: each is a loop of its own. */
export const memoryOpcodes: ReadonlySet<string> = new Set(['ld', 'st', 'atom']);
