import type { DeviceAvailability } from '@dg/runtime';
import type { Command } from 'commander';
import { formatTable } from './format-table.js';
import { type MachineInfo, machineInfo } from './machine-info.js';
import type { WriteLine } from './write-line.js';

const bytesPerGibibyte = 2 ** 30;

export function addInfoCommand(program: Command, writeLine: WriteLine): void {
  program
    .command('info')
    .description('say which devices, compiler and cache this machine offers')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => {
      const info = machineInfo();
      writeLine(options.json === true ? JSON.stringify(info, null, 2) : describeMachine(info));
    });
}

export function describeMachine({ node, availability, nvcc, cacheDirectory }: MachineInfo): string {
  const gpu = availability.available
    ? 'usable'
    : `not usable (${availability.reason}): ${availability.message} ${availability.mend}`;
  const facts = [
    `GPU    ${gpu}`,
    `nvcc   ${'problem' in nvcc ? nvcc.problem : `${nvcc.path}, ${nvcc.version}`}`,
    `cache  ${cacheDirectory}`,
    `node   ${node}`,
  ];
  if (availability.devices.length === 0) return facts.join('\n');
  const header = ['device', 'model', 'target', 'SMs', 'memory', 'clock', 'state'];
  return [...facts, '', formatTable([header, ...availability.devices.map(rowOf)])].join('\n');
}

function rowOf({ id, properties, problem }: DeviceAvailability): string[] {
  return [
    id,
    properties.model,
    properties.architecture ?? '',
    String(properties.multiprocessorCount),
    `${(properties.totalMemoryBytes / bytesPerGibibyte).toFixed(1)} GiB`,
    `${properties.clockMegahertz} MHz`,
    problem === undefined ? 'usable' : `${problem.reason}: ${problem.message} ${problem.mend}`,
  ];
}
