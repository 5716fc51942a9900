import type { Operand } from '../../program/instruction.js';
import type { OperandCode } from '../operand-code.js';
import type { WarpEmitter } from './warp-emitter.js';

const forLanes = (code: string) => `for(let l=0;l<32;l++)if(m>>>l&1){${code}}`;

/** mbarrier: PTX ISA 9.7.13.15 */
export const mbarrier: WarpEmitter = (c, modifiers) => {
  const name = modifiers.filter((modifier) => !ignored.has(modifier)).join('.');
  const releases = !modifiers.includes('relaxed');
  switch (name) {
    case 'init':
      return { statements: forLanes(`M.mbarriers.init(w,l,${at(c, c.operand(0))},${c.int(c.operand(1))});`) };
    case 'inval':
      return { statements: forLanes(`M.mbarriers.invalidate(w,l,${at(c, c.operand(0))});`) };
    case 'arrive': {
      if (c.operand(0).kind !== 'sink') return undefined;
      const count = c.operandCount > 2 ? c.int(c.operand(2)) : '1';
      return {
        statements: forLanes(`M.mbarriers.arrive(w,l,${at(c, c.operand(1))},${count},0,${releases});`),
      };
    }
    case 'arrive.expect_tx': {
      if (c.operand(0).kind !== 'sink') return undefined;
      return {
        statements: forLanes(
          `M.mbarriers.arrive(w,l,${at(c, c.operand(1))},1,${c.int(c.operand(2))},${releases});`,
        ),
      };
    }
    case 'expect_tx':
      return {
        statements: forLanes(
          `M.mbarriers.arrive(w,l,${at(c, c.operand(0))},0,${c.int(c.operand(1))},false);`,
        ),
      };
    case 'try_wait.parity':
      // The manual lets try_wait suspend: it does, until one of the lanes finds its phase complete.
      return { statements: test(c), waitsUntil: 'M.mbarriers.finishTest(w,m,true)' };
    case 'test_wait.parity':
      return { statements: `${test(c)}M.mbarriers.finishTest(w,m,false);` };
    default:
      return undefined;
  }
};

/** Which lanes find their phase complete. */
function test(c: OperandCode): string {
  const p = c.mask(c.operand(0));
  const found = forLanes(
    `if(M.mbarriers.hasCompleted(w,l,${at(c, c.operand(1))},${c.int(c.operand(2))}))done|=1<<l;`,
  );
  return `let done=0;${found}${p}=${p}&~m|done;`;
}

/** State space, type and the default semantics say nothing that the address does not. */
const ignored = new Set([
  'shared',
  'shared::cta',
  'shared::cluster',
  'b64',
  'release',
  'acquire',
  'relaxed',
  'cta',
  'cluster',
]);

function at(c: OperandCode, operand: Operand): string {
  if (operand.kind !== 'address') return c.fail('an address', operand.kind);
  const base = c.unsigned(operand.base);
  return operand.offset === 0 ? base : `${base}+${operand.offset}`;
}
