import * as bits from './bits.js';
import * as carry from './carry.js';
import * as compare from './compare.js';
import * as convert from './convert.js';
import * as float from './float.js';
import * as half from './half.js';
import * as integer from './integer.js';
import type { LaneEmitter } from './lane-emitter.js';
import * as logic from './logic.js';
import * as memory from './memory.js';

const isFloat = (modifiers: readonly string[]) => /^f(32|64)$/.test(modifiers.at(-1) ?? '');
const byType =
  (ofFloat: LaneEmitter, ofHalf: LaneEmitter, ofInteger: LaneEmitter): LaneEmitter =>
  (c, modifiers) =>
    (isFloat(modifiers) ? ofFloat : half.isHalf(modifiers) ? ofHalf : ofInteger)(c, modifiers);
const notImplemented: LaneEmitter = () => undefined;

/** Instructions that each lane executes for itself. */
export const laneEmitters: ReadonlyMap<string, LaneEmitter> = new Map<string, LaneEmitter>([
  ['add', byType(float.arithmetic('+'), half.arithmetic('add'), integer.add)],
  ['addc', carry.addWithCarry],
  ['sub', byType(float.arithmetic('-'), half.arithmetic('subtract'), integer.subtract)],
  ['subc', carry.subtractWithCarry],
  ['mul', byType(float.arithmetic('*'), half.arithmetic('multiply'), integer.multiply)],
  ['mad', integer.multiplyAdd],
  ['madc', carry.multiplyAddWithCarry],
  ['sad', integer.sumOfDifferences],
  ['div', byType(float.divide, notImplemented, integer.divide)],
  ['rem', integer.remainder],
  ['min', byType(float.extremeOf('min'), half.extremeOf('min'), integer.extremeOf('<'))],
  ['max', byType(float.extremeOf('max'), half.extremeOf('max'), integer.extremeOf('>'))],
  ['neg', byType(float.negate, half.negate, integer.negate)],
  ['abs', byType(float.absolute, half.absolute, integer.absolute)],
  ['fma', byType(float.fusedMultiplyAdd, half.fusedMultiplyAdd, notImplemented)],
  ['rcp', float.reciprocal],
  ['sqrt', float.squareRoot],
  ['rsqrt', float.reciprocalSquareRoot],
  ['lg2', float.logarithm],
  ['ex2', float.exponential],
  ['copysign', float.copySign],
  ['testp', float.testProperty],
  ['setp', compare.setPredicate],
  ['set', compare.set],
  ['popc', bits.countOnes],
  ['clz', bits.countLeadingZeros],
  ['bfind', bits.findHighest],
  ['brev', bits.reverse],
  ['and', logic.bitwise('&')],
  ['or', logic.bitwise('|')],
  ['xor', logic.bitwise('^')],
  ['not', logic.not],
  ['cnot', logic.logicalNot],
  ['lop3', logic.lookUp],
  ['shf', logic.funnelShift],
  ['prmt', logic.permute],
  ['shl', logic.shiftLeft],
  ['shr', logic.shiftRight],
  ['bfi', logic.bitFieldInsert],
  ['bfe', logic.bitFieldExtract],
  ['selp', logic.select],
  ['slct', logic.selectBySign],
  ['mov', logic.move],
  ['isspacep', logic.isInSpace],
  ['cvt', convert.convert],
  ['cvta', convert.convertAddress],
  ['ld', memory.load],
  ['st', memory.store],
  ['atom', memory.atomic],
  ['red', memory.reduction],
]);

/** Memory accesses are visible to the other lanes before the next instruction: each is a loop of its own. */
export const memoryOpcodes: ReadonlySet<string> = new Set(['ld', 'st', 'atom', 'red']);
