import {
  type CachedKernel,
  clearCachedKernels,
  defaultCacheDirectory,
  listCachedKernels,
  listCompanionFolders,
  listOtherFormats,
  readJitEnvironment,
  verifyCachedKernels,
} from '@dg/jit';
import { DgValidationError } from '@dg/runtime';
import type { Command } from 'commander';
import { tunedFolderStem } from '../tuning/tuned-store.js';
import { formatAge, formatBytes } from './format-size.js';
import { formatTable } from './format-table.js';
import { parseAge, parseBytes } from './parse-size.js';
import type { WriteLine } from './write-line.js';

interface DirectoryOptions {
  readonly cacheDir?: string;
  readonly json?: boolean;
}

interface ClearCommandOptions extends DirectoryOptions {
  readonly olderThan?: number;
  readonly to?: number;
  readonly broken?: boolean;
  readonly otherFormats?: boolean;
  readonly tuned?: boolean;
}

export function addCacheCommand(program: Command, writeLine: WriteLine): void {
  const cache = program.command('cache').description('look at and clear the kernels that are kept on disk');
  withDirectory(cache.command('list'))
    .description('say which kernels there are, the youngest first')
    .action((options: DirectoryOptions) => list(options, writeLine));
  withDirectory(cache.command('verify'))
    .description('read every kernel and name those that are broken; exit code 1 if there are any')
    .action((options: DirectoryOptions) => verify(options, writeLine));
  withDirectory(cache.command('clear'))
    .description('remove kernels; without options all of them')
    .option('--older-than <age>', 'made so long ago: 30d, 12h, 90min', parseAge)
    .option('--to <size>', 'as many as have to go: 512MiB, 2GiB', parseBytes)
    .option('--broken', 'only those that are broken')
    .option('--other-formats', 'what other versions left as well')
    .option('--tuned', 'what dg tune measured as well; only with all kernels')
    .action((options: ClearCommandOptions) => clear(options, writeLine));
}

function withDirectory(command: Command): Command {
  return command
    .option('--cache-dir <directory>', 'default: DG_JIT_CACHE_DIR, else ~/.deep_gemm')
    .option('--json', 'as JSON');
}

function directoryOf({ cacheDir }: DirectoryOptions): string {
  return cacheDir ?? readJitEnvironment().cacheDirectory ?? defaultCacheDirectory();
}

function list(options: DirectoryOptions, writeLine: WriteLine): void {
  const directory = directoryOf(options);
  const kernels = [...listCachedKernels(directory)].sort((a, b) => b.lastUse.getTime() - a.lastUse.getTime());
  const others = listOtherFormats(directory);
  const tuned = listCompanionFolders(directory, [tunedFolderStem]);
  if (options.json === true) {
    writeLine(
      JSON.stringify({ directory, kernels: kernels.map(describeAsJson), otherFormats: others, tuned }),
    );
    return;
  }
  const header = ['kernel', 'target', 'compiler', 'size', 'age', 'build'];
  if (kernels.length > 0) writeLine(formatTable([header, ...kernels.map(rowOf)]));
  writeLine(`${total(kernels)} in ${directory}`);
  for (const { name, bytes } of others) writeLine(`${name}, of another version: ${formatBytes(bytes)}`);
  for (const { name, bytes } of tuned) writeLine(`${name}, what dg tune measured: ${formatBytes(bytes)}`);
}

function verify(options: DirectoryOptions, writeLine: WriteLine): void {
  const directory = directoryOf(options);
  const kernels = listCachedKernels(directory);
  const broken = verifyCachedKernels(directory);
  if (options.json === true) {
    const entries = broken.map(({ kernel, fault }) => ({ ...describeAsJson(kernel), fault }));
    writeLine(JSON.stringify({ directory, kernels: kernels.length, broken: entries }));
  } else {
    for (const { kernel, fault } of broken) writeLine(`${nameOf(kernel)} ${kernel.build}: ${fault}`);
    writeLine(`${total(kernels)} in ${directory}, ${broken.length} broken`);
  }
  if (broken.length > 0) process.exitCode = 1;
}

function clear(options: ClearCommandOptions, writeLine: WriteLine): void {
  const directory = directoryOf(options);
  const { olderThan, to, broken, otherFormats, tuned = false } = options;
  if (tuned && (olderThan !== undefined || to !== undefined || broken === true)) {
    throw new DgValidationError('expected --tuned without --older-than, --to and --broken but received both');
  }
  const removed = clearCachedKernels(directory, {
    olderThanMs: olderThan,
    toBytes: to,
    broken,
    otherFormats,
    companions: tuned ? [tunedFolderStem] : [],
  });
  const left = listCachedKernels(directory);
  if (options.json === true) {
    writeLine(JSON.stringify({ directory, removed: removed.map(describeAsJson), left: left.length }));
  } else {
    writeLine(`${total(removed)} removed from ${directory}, ${total(left)} left`);
  }
}

function total(kernels: readonly CachedKernel[]): string {
  const bytes = kernels.reduce((sum, kernel) => sum + kernel.bytes, 0);
  return `${kernels.length} kernels (${formatBytes(bytes)})`;
}

function rowOf(kernel: CachedKernel): string[] {
  const { record, bytes, lastUse, build } = kernel;
  return [
    nameOf(kernel),
    record === undefined ? 'unreadable' : `${record.architecture} ${record.output}`,
    record?.compilerVersion ?? '',
    formatBytes(bytes),
    formatAge(Date.now() - lastUse.getTime()),
    build,
  ];
}

function nameOf({ record, folder }: CachedKernel): string {
  return record?.name ?? folder;
}

function describeAsJson(kernel: CachedKernel): object {
  const { record, folder, build, bytes, lastUse } = kernel;
  return {
    name: nameOf(kernel),
    folder,
    build,
    bytes,
    lastUse: lastUse.toISOString(),
    architecture: record?.architecture,
    output: record?.output,
    compiler: record?.compiler,
    compilerVersion: record?.compilerVersion,
    made: record?.date,
    key: record?.key,
  };
}
