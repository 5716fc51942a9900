// Builds build/Release/dg-nvrtc, the program that compiles with NVRTC, and for tests the fake NVRTCs in build/fake-nvrtc.
// Does nothing when they are newer than their sources. Where there is no compiler it says so in one line and succeeds;
// with DG_REQUIRE_NATIVE=1 that is an error.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (path) => join(root, path);
const warnings = ['-std=c++20', '-Wall', '-Wextra', '-Werror'];
const library = [...warnings, '-O1', '-fPIC', '-shared'];

const products = [
  {
    source: inRoot('native/dg-nvrtc.cc'),
    output: inRoot('build/Release/dg-nvrtc'),
    // With its own copy of the C++ library: it runs beside whatever the machine has.
    flags: [...warnings, '-O2', '-s', '-static-libstdc++', '-static-libgcc'],
  },
  {
    source: inRoot('native/test/fake-nvrtc.cc'),
    output: inRoot('build/fake-nvrtc/libnvrtc.so.12'),
    flags: library,
  },
  {
    source: inRoot('native/test/fake-nvrtc.cc'),
    output: inRoot('build/fake-nvrtc/old/libnvrtc.so.12'),
    flags: [...library, '-DFAKE_MINOR=2'],
  },
];

const isRequired = readRequired();
const outdated = products.filter((product) => !isUpToDate(product));
if (outdated.length > 0) build(outdated);

/** As `readBooleanVariable` in src, which is not built yet when this runs. */
function readRequired() {
  const value = process.env['DG_REQUIRE_NATIVE'] ?? '';
  if (['', '0', '1'].includes(value)) return value === '1';
  process.stderr.write(
    `@dg/jit: expected 0 or 1 for environment variable DG_REQUIRE_NATIVE but received ${JSON.stringify(value)}\n`,
  );
  process.exit(1);
}

function isUpToDate({ source, output }) {
  if (!existsSync(output)) return false;
  const built = statSync(output).mtimeMs;
  return [source, fileURLToPath(import.meta.url)].every((path) => statSync(path).mtimeMs < built);
}

function build(chosen) {
  if (process.platform !== 'linux') return leaveOut('it needs Linux');
  const compiler = findCompiler();
  if (compiler === undefined) return leaveOut('missing: a C++20 compiler');
  for (const { source, output, flags } of chosen) {
    mkdirSync(dirname(output), { recursive: true });
    const result = spawnSync(compiler, [...flags, source, '-o', output, '-ldl'], { encoding: 'utf8' });
    if (result.status === 0) continue;
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`);
    process.stderr.write(`@dg/jit: ${output} did not build; the log is above\n`);
    process.exitCode = 1;
  }
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
  const consequence = isRequired ? 'DG_REQUIRE_NATIVE=1 makes this an error' : 'NVRTC cannot be used';
  process.stderr.write(`@dg/jit: dg-nvrtc is not built (${reason}); ${consequence}\n`);
  if (isRequired) process.exitCode = 1;
}
