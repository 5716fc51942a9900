// Builds build/Release/dg-nvrtc, the program that compiles with NVRTC. Does nothing when it is newer than its sources.
// Where there is no compiler it says so in one line and succeeds; with DG_REQUIRE_NATIVE=1 that is an error.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'native/dg-nvrtc.cc');
const output = join(root, 'build/Release/dg-nvrtc');
const inputs = [source, fileURLToPath(import.meta.url)];
// Its own copy of the C++ library: it runs beside whatever the machine has.
const flags = [
  '-std=c++20',
  '-O2',
  '-s',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-static-libstdc++',
  '-static-libgcc',
];

if (!isUpToDate()) build();

function isUpToDate() {
  if (!existsSync(output)) return false;
  const built = statSync(output).mtimeMs;
  return inputs.every((path) => statSync(path).mtimeMs < built);
}

function build() {
  if (process.platform !== 'linux') return leaveOut('it needs Linux');
  const compiler = findCompiler();
  if (compiler === undefined) return leaveOut('missing: a C++20 compiler');
  mkdirSync(join(root, 'build/Release'), { recursive: true });
  const result = spawnSync(compiler, [...flags, source, '-o', output, '-ldl'], { encoding: 'utf8' });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`);
  process.stderr.write('@dg/jit: dg-nvrtc did not build; the log is above\n');
  process.exitCode = 1;
}

function findCompiler() {
  const chosen = process.env['CXX'];
  return (chosen ? [chosen] : ['c++', 'g++', 'clang++']).find(isOnPath);
}

function isOnPath(program) {
  if (program.includes('/')) return existsSync(program);
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function leaveOut(reason) {
  const required = process.env['DG_REQUIRE_NATIVE'] === '1';
  const consequence = required ? 'DG_REQUIRE_NATIVE=1 makes this an error' : 'NVRTC cannot be used';
  process.stderr.write(`@dg/jit: dg-nvrtc is not built (${reason}); ${consequence}\n`);
  if (required) process.exitCode = 1;
}
