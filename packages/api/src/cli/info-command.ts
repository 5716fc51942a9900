import type { DeviceAvailability } from '@dg/runtime';
import type { Command } from 'commander';
import { formatTable } from './format-table.js';
import { type FoundCompiler, type MachineInfo, machineInfo } from './machine-info.js';
import type { WriteLine } from './write-line.js';

const bytesPerGibibyte = 2 ** 30;

export function addInfoCommand(program: Command, writeLine: WriteLine): void {
  program
    .command('info')
    .description('say which devices, compilers and cache this machine offers')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => {
      const info = machineInfo();
      writeLine(options.json === true ? JSON.stringify(info, null, 2) : describeMachine(info));
    });
}

export function describeMachine({ node, availability, nvcc, nvrtc, cacheDirectory }: MachineInfo): string {
  const gpu = availability.available
    ? 'usable'
    : `not usable (${availability.reason}): ${availability.message} ${availability.mend}`;
  const facts = [
    `GPU    ${gpu}`,
    `nvcc   ${describeCompiler(nvcc)}`,
    `nvrtc  ${describeCompiler(nvrtc)}`,
    `cache  ${cacheDirectory}`,
    `node   ${node}`,
  ];
  if (availability.devices.length === 0) return facts.join('\n');
  const header = ['device', 'model', 'target', 'SMs', 'memory', 'clock', 'state'];
  return [...facts, '', formatTable([header, ...availability.devices.map(rowOf)])].join('\n');
}

function describeCompiler(compiler: FoundCompiler): string {
  return 'problem' in compiler ? compiler.problem : `${compiler.path}, ${compiler.version}`;
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
