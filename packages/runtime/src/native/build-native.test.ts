import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packageRoot } from '../package-root.js';

// A copy of the package without the native sources' outputs, so that nothing real is built or touched.
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'dg-build-'));
  for (const path of ['scripts', 'native', 'CMakeLists.txt', 'package.json']) {
    cpSync(join(packageRoot(), path), join(copy, path), { recursive: true });
  }
});

afterEach(() => rmSync(copy, { recursive: true, force: true }));

const build = (env: Record<string, string>) =>
  spawnSync(process.execPath, [join(copy, 'scripts', 'build-native.mjs')], { env, encoding: 'utf8' });

function writeNewOutputs(): void {
  const later = new Date(Date.now() + 10_000);
  for (const output of ['build/Release/dg_runtime.node', 'build/fake-driver/libcuda.so.1']) {
    mkdirSync(join(copy, output, '..'), { recursive: true });
    writeFileSync(join(copy, output), '');
    utimesSync(join(copy, output), later, later);
  }
}

it('says in one line what is missing, and succeeds', () => {
  const { status, stdout, stderr } = build({ PATH: '' });
  expect(status).toBe(0);
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /^@dg\/runtime: the native addon is not built \(missing: cmake, .*\); only the cpu device will be available\n$/,
  );
});

it('makes that an error where the addon is required', () => {
  const { status, stderr } = build({ PATH: '', DG_REQUIRE_NATIVE: '1' });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^[^\n]*missing: cmake[^\n]*DG_REQUIRE_NATIVE[^\n]*\n$/);
});

it.each(['0', ''])('does not where DG_REQUIRE_NATIVE is %j', (value) => {
  expect(build({ PATH: '', DG_REQUIRE_NATIVE: value }).status).toBe(0);
});

// Pitfall: a switch that is set to what it does not know is taken for off.
it.each(['true', 'yes', '1 ', 'false'])(
  'refuses %j for DG_REQUIRE_NATIVE, also with nothing to build',
  (value) => {
    const refusal = {
      status: 1,
      stdout: '',
      stderr: `@dg/runtime: expected 0 or 1 for environment variable DG_REQUIRE_NATIVE but received ${JSON.stringify(value)}\n`,
    };
    expect(build({ PATH: '', DG_REQUIRE_NATIVE: value })).toMatchObject(refusal);
    writeNewOutputs();
    expect(build({ PATH: '', DG_REQUIRE_NATIVE: value })).toMatchObject(refusal);
  },
);

it('does nothing when the outputs are newer than every source', () => {
  writeNewOutputs();
  expect(build({ PATH: '', DG_REQUIRE_NATIVE: '1' })).toMatchObject({ status: 0, stderr: '' });
  const evenLater = new Date(Date.now() + 20_000);
  utimesSync(join(copy, 'native/src/launch.cc'), evenLater, evenLater);
  expect(build({ PATH: '', DG_REQUIRE_NATIVE: '1' }).status).toBe(1);
});

it('prints the whole log and fails when the build fails', () => {
  const cmake = join(copy, 'bin');
  mkdirSync(cmake);
  writeFileSync(join(cmake, 'cmake'), '#!/bin/sh\necho "the log of cmake"\nexit 3\n', { mode: 0o755 });
  const toolkit = join(copy, 'toolkit', 'include');
  mkdirSync(toolkit, { recursive: true });
  writeFileSync(join(toolkit, 'cuda.h'), '');
  writeFileSync(join(toolkit, 'cudaTypedefs.h'), '');
  symlinkSync(join(packageRoot(), 'node_modules'), join(copy, 'node_modules'));
  for (const tool of ['c++', 'g++', 'gcc', 'cc', 'make'])
    writeFileSync(join(cmake, tool), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const { status, stderr } = build({ PATH: `${cmake}:/bin:/usr/bin`, CUDA_HOME: join(copy, 'toolkit') });
  expect(status).toBe(1);
  expect(stderr).toContain('the log of cmake');
  expect(stderr).toContain('did not build');
});
