import type { SimulatorCheck } from '../../src/device/simulator-options.js';
import { asynchronousFaults } from './asynchronous-faults.js';
import { barrierFaults } from './barrier-faults.js';
import { memoryFaults } from './memory-faults.js';
import type { PlantedFault } from './planted-fault.js';
import { remoteStoreFaults } from './remote-store-faults.js';

export const plantedFaults: readonly PlantedFault[] = [
  ...memoryFaults,
  ...barrierFaults,
  ...asynchronousFaults,
  ...remoteStoreFaults,
];

const findings: Readonly<Record<SimulatorCheck, string>> = {
  deadlock: 'Nothing can go on: who waits for which phase of which barrier, what came, and what is missing',
  bounds:
    'Accesses outside an allocation, shared memory or the parameters; misalignment; tensor maps and matrix descriptors that cannot be',
  barrier:
    'mbarriers and other barriers used against their rules: before they are initialised, beyond their counts, across phases',
  divergence: 'Lanes or warps missing where an instruction needs them together, or with other operands',
  'uninitialised-read': 'Shared memory, registers and accumulators that nothing wrote',
  'data-race': 'Two ordinary accesses to one place, one of them a write, that nothing orders',
  'asynchronous-hazard':
    'The same where a TMA copy, a TMA store, a WGMMA or an asynchronous store is one of the two',
  'proxy-fence':
    'Ordinary and asynchronous stores that TMA or WGMMA read, or barriers that copies use, without the proxy fence',
  'register-hazard': 'Registers of a WGMMA touched before `wgmma.wait_group`, or without `wgmma.fence`',
  'register-budget': 'Counts that `setmaxnreg` does not take',
  exit: 'A CTA that leaves while a copy, a store or a peer may still touch its shared memory',
};

/** The table of checks in docs/simulator.md. */
export function renderCheckTable(): string {
  const rows = Object.entries(findings).map(([check, finds]) => {
    const planted = plantedFaults.filter((fault) => fault.check === check).map(({ what }) => what);
    return `| \`${check}\` | ${finds} | ${planted.join('; ')} |`;
  });
  return ['| check | finds | planted: a kernel that … |', '| --- | --- | --- |', ...rows].join('\n');
}
