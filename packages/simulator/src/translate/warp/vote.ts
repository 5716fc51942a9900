import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';
import type { WarpEmitter } from './warp-emitter.js';

/** vote.sync: PTX ISA 9.7.13.9 */
export const vote: WarpEmitter = (c, modifiers) => {
  const [d, source] = [c.operand(0), c.operand(1)];
  const gather = overGroup(`if(${c.predicate(source)})ballot|=1<<l;`);
  const finish = (result: string) => ({
    statements: inGroups(c, c.operand(2), `let ballot=0;${gather}${result}`),
  });
  switch (modifiers.join('.')) {
    case 'sync.ballot.b32':
      return finish(overGroup(c.setInt(d, 'ballot')));
    case 'sync.any.pred':
      return finish(setAlike(c, d, 'ballot!==0'));
    case 'sync.all.pred':
      return finish(setAlike(c, d, 'ballot===group'));
    case 'sync.uni.pred':
      return finish(setAlike(c, d, 'ballot===0||ballot===group'));
    default:
      return undefined;
  }
};

/** match.sync: 9.7.13.10 */
export const match: WarpEmitter = (c, modifiers) => {
  const form = /^(any|all)\.sync\.b(32|64)$/.exec(modifiers.join('.'));
  if (form === null) return undefined;
  const [target, a] = [c.operand(0), c.operand(1)];
  const keep = form[2] === '32' ? `low[l]=${c.int(a)};` : `low[l]=${c.low(a)};high[l]=${c.high(a)};`;
  const values = `const low=new Int32Array(32),high=new Int32Array(32);${overGroup(keep)}`;
  const [d, p] = target.kind === 'pair' ? [target.first, target.second] : [target, undefined];
  const equal = (k: string, l: string) => `low[${k}]===low[${l}]&&high[${k}]===high[${l}]`;
  if (form[1] === 'any') {
    if (p !== undefined) return undefined;
    const alike = `let alike=0;for(let k=0;k<32;k++)if(group>>>k&1&&${equal('k', 'l')})alike|=1<<k;`;
    return {
      statements: inGroups(c, c.operand(2), `${values}${overGroup(`${alike}${c.setInt(d, 'alike')}`)}`),
    };
  }
  const compare = `let same=true;const first=31-Math.clz32(group&-group);${overGroup(`if(!(${equal('first', 'l')}))same=false;`)}`;
  const results = overGroup(c.setInt(d, 'same?group:0')) + (p === undefined ? '' : setAlike(c, p, 'same'));
  return { statements: inGroups(c, c.operand(2), `${values}${compare}${results}`) };
};

/** redux.sync: 9.7.13.12, of integers */
export const reduce: WarpEmitter = (c, modifiers) => {
  const form = /^sync\.(?:(add|min|max)\.([us])32|(and|or|xor)\.b32)$/.exec(modifiers.join('.'));
  if (form === null) return undefined;
  const value = form[2] === 'u' ? c.unsigned(c.operand(1)) : c.int(c.operand(1));
  const step = steps[(form[1] ?? form[3])!]!(value);
  const first = `{const l=31-Math.clz32(group&-group);total=${value};}`;
  const others = overGroup(`if(l!==31-Math.clz32(group&-group))total=${step};`);
  return {
    statements: inGroups(
      c,
      c.operand(2),
      `let total=0;${first}${others}${overGroup(c.setInt(c.operand(0), 'total'))}`,
    ),
  };
};

const steps: Readonly<Record<string, (value: string) => string>> = {
  // Kept to 32 bits at each step; setting the register does so too.
  add: (value) => `total+${value}|0`,
  min: (value) => `Math.min(total,${value})`,
  max: (value) => `Math.max(total,${value})`,
  and: (value) => `total&${value}`,
  or: (value) => `total|${value}`,
  xor: (value) => `total^${value}`,
};

/** activemask: 9.7.13.11 */
export const activeMask: WarpEmitter = (c, modifiers) =>
  modifiers.join('.') === 'b32'
    ? { statements: `for(let l=0;l<32;l++)if(m>>>l&1){${c.setInt(c.operand(0), 'm')}}` }
    : undefined;

const overGroup = (code: string) => `for(let l=0;l<32;l++)if(group>>>l&1){${code}}`;

/** The same predicate in every lane of the group. */
function setAlike(c: OperandCode, p: Operand, condition: string): string {
  if (p.kind === 'sink') return '';
  const mask = c.mask(p);
  return `${mask}=${condition}?${mask}|group:${mask}&~group;`;
}

/**
 * Executes `body` once for each group of lanes that name the same members. All that are named have to be there, with that
 * mask, and each lane has to be in its own.
 */
function inGroups(c: OperandCode, members: Operand, body: string): string {
  const mask = c.int(members);
  const find =
    `let named=0;{const l=31-Math.clz32(rest&-rest);named=${mask};}` +
    `let group=0;for(let l=0;l<32;l++)if(rest>>>l&1&&(${mask})===named)group|=1<<l;rest&=~group;`;
  const check = 'M.requireLanes(w,group,named);M.requireLanes(w,named,group);';
  return `{let rest=m;while(rest!==0){${find}${check}${body}}}`;
}
