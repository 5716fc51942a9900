import { describe, expect, it } from 'vitest';
import { parsePtxasLog } from './parse-ptxas-log.js';

// Printed by CUDA 13.0 for sm_90a.
const LOG = `ptxas info    : (C7508) Potential Performance Loss: 'setmaxnreg' ignored; unable to determine register count at entry.
ptxas info    : (C7511) Potential Performance Loss: wgmma.mma_async instructions are serialized due to insufficient register resources for the wgmma pipeline in the function 'plain'
ptxas info    : 0 bytes gmem
ptxas info    : Compiling entry function 'plain' for 'sm_90a'
ptxas info    : Function properties for plain
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 48 registers, used 2 barriers, 512 bytes smem, 400 bytes cmem[0]
ptxas info    : Compile time = 9.771 ms
ptxas info    : Compiling entry function 'spill' for 'sm_90a'
ptxas info    : Function properties for spill
    200 bytes stack frame, 208 bytes spill stores, 256 bytes spill loads
ptxas info    : Used 64 registers, used 0 barriers, 200 bytes cumulative stack size
ptxas info    : Compile time = 50.833 ms
ptxas info    : Function properties for _Z4leaffi
    64 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas warning : Too big maxrregcount value specified 999, will be ignored
source.cu(3): warning #177-D: variable "x" was declared but never referenced
`;

describe('parsePtxasLog', () => {
  it('reads every entry, function and warning', () => {
    const report = parsePtxasLog(LOG);
    expect(report.entries).toEqual([
      {
        name: 'plain',
        registers: 48,
        stackBytes: 0,
        spillStoreBytes: 0,
        spillLoadBytes: 0,
        sharedBytes: 512,
        barriers: 2,
      },
      {
        name: 'spill',
        registers: 64,
        stackBytes: 200,
        spillStoreBytes: 208,
        spillLoadBytes: 256,
        sharedBytes: 0,
        barriers: 0,
      },
    ]);
    expect(report.functions).toEqual([
      { name: '_Z4leaffi', stackBytes: 64, spillStoreBytes: 0, spillLoadBytes: 0 },
    ]);
    expect(report.warnings.map(({ code }) => code)).toEqual(['C7508', 'C7511', undefined]);
    expect(report.warnings[2]?.line).toContain('Too big maxrregcount');
  });

  it('reads nothing from an empty log', () => {
    expect(parsePtxasLog('')).toEqual({ entries: [], functions: [], warnings: [] });
  });
});
