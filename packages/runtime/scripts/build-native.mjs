// Builds the native addon into build/Release/dg_runtime.node and, for tests, the fake driver into
// build/fake-driver/. Does nothing when both are newer than their sources. Where a tool is missing it says
// so in one line and succeeds; with DG_REQUIRE_NATIVE=1 that is an error.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, statSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const outputs = [join(root, 'build/Release/dg_runtime.node'), join(root, 'build/fake-driver/libcuda.so.1')];
const sources = [
  join(root, 'CMakeLists.txt'),
  ...filesIn(join(root, 'native/src')),
  ...filesIn(join(root, 'native/test')),
];

const isRequired = readRequired();
const cudaIncludeDirectory = findCudaIncludeDirectory();
const missing = [
  process.platform !== 'linux' && 'Linux',
  !findOnPath('cmake') && 'cmake',
  !findOnPath('ninja') && !findOnPath('make') && 'make or ninja',
  !findCompiler() && 'a C++20 compiler',
  !cudaIncludeDirectory && 'cuda.h (a CUDA toolkit)',
].filter(Boolean);

if (isUpToDate()) process.exit(0);
if (missing.length > 0) leaveOut(`missing: ${missing.join(', ')}`);
build();

/** As `readBooleanVariable` of @dg/jit, which is not built yet when this runs. */
function readRequired() {
  const value = process.env['DG_REQUIRE_NATIVE'] ?? '';
  if (['', '0', '1'].includes(value)) return value === '1';
  process.stderr.write(
    `@dg/runtime: expected 0 or 1 for environment variable DG_REQUIRE_NATIVE but received ${JSON.stringify(value)}\n`,
  );
  process.exit(1);
}

function filesIn(directory) {
  return readdirSync(directory).map((name) => join(directory, name));
}

function isUpToDate() {
  if (!outputs.every((output) => existsSync(output))) return false;
  const oldestOutput = Math.min(...outputs.map((output) => statSync(output).mtimeMs));
  return sources.every((source) => statSync(source).mtimeMs < oldestOutput);
}

function findOnPath(name) {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory || '.', name))
    .find((path) => existsSync(path));
}

function findCompiler() {
  const chosen = process.env['CXX'];
  if (chosen) return existsSync(chosen) ? chosen : findOnPath(chosen.split(' ')[0]);
  return ['c++', 'g++', 'clang++'].map(findOnPath).find(Boolean);
}

function findCudaIncludeDirectory() {
  const nvcc = findOnPath('nvcc');
  const toolkits = [
    process.env['CUDA_HOME'],
    process.env['CUDA_PATH'],
    nvcc && dirname(dirname(realpathSync(nvcc))),
    '/usr/local/cuda',
  ];
  return toolkits
    .filter(Boolean)
    .map((toolkit) => join(toolkit, 'include'))
    .find(
      (directory) => existsSync(join(directory, 'cuda.h')) && existsSync(join(directory, 'cudaTypedefs.h')),
    );
}

function leaveOut(reason) {
  const consequence = isRequired
    ? 'DG_REQUIRE_NATIVE=1 makes this an error'
    : 'only the cpu device will be available';
  process.stderr.write(`@dg/runtime: the native addon is not built (${reason}); ${consequence}\n`);
  process.exit(isRequired ? 1 : 0);
}

function build() {
  const result = spawnSync(
    process.execPath,
    [
      join(dirname(require.resolve('cmake-js/package.json')), 'bin/cmake-js'),
      'compile',
      '--directory',
      root,
      '--out',
      join(root, 'build'),
      '--parallel',
      '2',
      `--CDCUDA_INCLUDE_DIR=${cudaIncludeDirectory}`,
      `--CDNODE_ADDON_API_DIR=${dirname(require.resolve('node-addon-api/package.json'))}`,
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  if (result.status === 0) {
    // An output that the changed source is no part of was not written again, but is up to date all the same.
    const now = new Date();
    for (const output of outputs) utimesSync(output, now, now);
    return;
  }
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`);
  process.stderr.write('@dg/runtime: the native addon did not build; the log is above\n');
  process.exit(1);
}
