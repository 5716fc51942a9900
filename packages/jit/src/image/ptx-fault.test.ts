import { describe, expect, it } from 'vitest';
import { ptxFault } from './ptx-fault.js';

const PTX =
  '// generated\n.version 9.0\n.target sm_90a\n\n.visible .entry k(\n\t.param .u64 a\n)\n{\n\tret;\n}\n';
const fault = (text: string, entry = 'k') => ptxFault(Buffer.from(text), entry);

describe('ptxFault', () => {
  it('finds nothing wrong with a whole text', () => {
    expect(fault(PTX)).toBeUndefined();
  });

  it('finds every truncation', () => {
    const end = PTX.lastIndexOf('}');
    for (let length = 0; length <= end; length += 1) {
      expect(fault(PTX.slice(0, length)), `${length} characters`).toBeDefined();
    }
  });

  it('finds a missing version and a kernel of another name', () => {
    expect(fault(PTX.replace('.version', '.verse'))).toContain('.version');
    expect(fault(PTX, 'kk')).toContain('.entry kk');
    expect(fault(PTX.replace('entry k(', 'entry kk('))).toContain('.entry k ');
  });
});
