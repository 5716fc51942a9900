import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';
import type { WarpEmitter } from './warp-emitter.js';

const forLanes = (code: string) => `for(let l=0;l<32;l++)if(m>>>l&1){${code}}`;

/** mbarrier: PTX ISA 9.7.13.15 */
export const mbarrier: WarpEmitter = (c, modifiers) => {
  const name = modifiers.filter((modifier) => !ignored.has(modifier)).join('.');
  switch (name) {
    case 'init':
      return { statements: forLanes(`M.initBarrier(w,l,${at(c, c.operand(0))},${c.int(c.operand(1))});`) };
    case 'inval':
      return { statements: forLanes(`M.invalidateBarrier(w,l,${at(c, c.operand(0))});`) };
    case 'arrive': {
      if (c.operand(0).kind !== 'sink') return undefined;
      return { statements: forLanes(`M.arrive(w,l,${at(c, c.operand(1))},1,0);`) };
    }
    case 'arrive.expect_tx': {
      if (c.operand(0).kind !== 'sink') return undefined;
      return { statements: forLanes(`M.arrive(w,l,${at(c, c.operand(1))},1,${c.int(c.operand(2))});`) };
    }
    case 'expect_tx':
      return { statements: forLanes(`M.arrive(w,l,${at(c, c.operand(0))},0,${c.int(c.operand(1))});`) };
    case 'try_wait.parity': {
      const p = c.mask(c.operand(0));
      const test = forLanes(
        `if(M.hasCompleted(w,l,${at(c, c.operand(1))},${c.int(c.operand(2))}))done|=1<<l;`,
      );
      return {
        // The manual lets try_wait suspend: it does, until one of the lanes finds its phase complete.
        statements: `let done=0;${test}${p}=${p}&~m|done;`,
        waitsUntil: 'done!==0||M.suspend(w,m)',
      };
    }
    default:
      return undefined;
  }
};

/** State space, type and the default semantics say nothing that the address does not. */
const ignored = new Set([
  'shared',
  'shared::cta',
  'shared::cluster',
  'b64',
  'release',
  'acquire',
  'cta',
  'cluster',
]);

function at(c: OperandCode, operand: Operand): string {
  if (operand.kind !== 'address') return c.fail('an address', operand.kind);
  const base = c.unsigned(operand.base);
  return operand.offset === 0 ? base : `${base}+${operand.offset}`;
}
