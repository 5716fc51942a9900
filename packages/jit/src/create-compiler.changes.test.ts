import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCompiler } from './create-compiler.js';
import { DgUnavailableError } from './errors/dg-unavailable-error.js';
import { DgValidationError } from './errors/dg-validation-error.js';
import type { CompileEvent } from './events/kernel-event.js';
import { COMPILE_BOTH_WAYS } from './testing/compile-both-ways.js';
import { fakeNvcc } from './testing/fake-nvcc.js';
import { CUBIN, kernelSource } from './testing/kernel-source.js';
import { recordingLogger } from './testing/recording-logger.js';
import { temporaryDirectory } from './testing/temporary-directory.js';

const MAKE = 'cp "$image" "$output"';
/** For the first run of the fake compiler only. */
const once = (deed: string) => `[ -e "$0.once" ] || { : > "$0.once"; ${deed}; }`;

/** A folder with the header that `source` includes. */
function headers(content: string) {
  const root = temporaryDirectory();
  const path = join(root, 'a.h');
  writeFileSync(path, content);
  return { root, path, write: (next: string) => writeFileSync(path, next) };
}

const source = ({ root }: { readonly root: string }) =>
  kernelSource({ code: '#include "a.h"', includeRoots: [root] });

/** A compiler that meanwhile does `deed`, a line of shell. */
function setUp(deed: string) {
  const nvcc = fakeNvcc(temporaryDirectory(), { body: `${deed}\n${MAKE}` });
  const cacheDirectory = temporaryDirectory();
  const logger = recordingLogger();
  const events: CompileEvent[] = [];
  const make = () =>
    createCompiler({
      nvcc: nvcc.path,
      cacheDirectory,
      logger,
      env: {},
      onEvent: (event) => events.push(event),
    });
  const kernels = () => {
    const folder = join(cacheDirectory, 'dg-2/kernels');
    return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  };
  return { nvcc, make, logger, events, kernels };
}

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('compiled'),
    (error: unknown) => error as Error,
  );

// Pitfall: changed headers or compiler, same key.
describe.each(COMPILE_BOTH_WAYS)('%s, while', (_, compile) => {
  it('a header changes, compiles again and keeps nothing under the key of the old one', async () => {
    const header = headers('// old');
    const { make, nvcc, events, logger, kernels } = setUp(once(`echo '// new' > ${header.path}`));
    const kernel = await compile(make(), source(header), CUBIN);
    expect(nvcc.runs()).toBe(2);
    expect(kernel.cached).toBe(false);
    expect(events.map(({ type }) => type)).toEqual([
      'compile-start',
      'compile-failed',
      'compile-start',
      'compile-end',
    ]);
    expect(events.map(({ key }) => key === kernel.key)).toEqual([false, false, true, true]);
    expect(logger.lines).toContainEqual(expect.stringMatching(/^warn: .*its headers were written to/));
    expect(kernels().filter((name) => name.endsWith('kernel.cubin'))).toHaveLength(1);

    expect(await compile(make(), source(header), CUBIN)).toMatchObject({ key: kernel.key, cached: true });
    header.write('// old');
    const old = await compile(make(), source(header), CUBIN);
    expect(old).toMatchObject({ key: events[0]?.key, cached: false });
  });

  it('a header changes and changes back, compiles again', async () => {
    const header = headers('// old');
    const there = `cp ${header.path} "$0.kept"; echo '// new' > ${header.path}`;
    const { make, nvcc, events } = setUp(once(`${there}; cat "$0.kept" > ${header.path}`));
    const { key } = await compile(make(), source(header), CUBIN);
    expect(readFileSync(header.path, 'utf8')).toBe('// old');
    expect(nvcc.runs()).toBe(2);
    expect(events[0]?.key).toBe(key);
  });

  it('a header appears that is found earlier, compiles again', async () => {
    const header = headers('#include "b.h"');
    const later = headers('');
    writeFileSync(join(later.root, 'b.h'), '// later');
    const { make, nvcc } = setUp(once(`echo '// earlier' > ${join(header.root, 'b.h')}`));
    const both = kernelSource({ code: '#include "a.h"', includeRoots: [header.root, later.root] });
    await compile(make(), both, CUBIN);
    expect(nvcc.runs()).toBe(2);
  });

  it('a header is half written, does not take the failure for one of the kernel', async () => {
    const header = headers('// old');
    const { make, nvcc } = setUp(once(`echo '// new' > ${header.path}; exit 1`));
    await expect(compile(make(), source(header), CUBIN)).resolves.toMatchObject({ cached: false });
    expect(nvcc.runs()).toBe(2);
  });

  it('a header keeps changing, gives up after three runs and keeps nothing', async () => {
    const header = headers('// old');
    const { make, nvcc, kernels } = setUp(`echo '// newer' >> ${header.path}`);
    const error = await failureOf(compile(make(), source(header), CUBIN));
    expect(error).toBeInstanceOf(DgUnavailableError);
    expect(error).toMatchObject({ code: 'DG_UNAVAILABLE', reason: 'compile-inputs-changed' });
    expect(error.message).toContain('kernel test-kernel');
    expect(nvcc.runs()).toBe(3);
    expect(kernels()).toEqual([]);
  });

  it('a header goes, says which', async () => {
    const header = headers('// old');
    const { make, nvcc, kernels } = setUp(`rm ${header.path}`);
    const error = await failureOf(compile(make(), source(header), CUBIN));
    expect(error).toBeInstanceOf(DgValidationError);
    expect(error.message).toContain('header "a.h"');
    expect(nvcc.runs()).toBe(1);
    expect(kernels()).toEqual([]);
  });

  it('another nvcc takes the place of the one that runs, compiles again with that', async () => {
    const upgraded = fakeNvcc(temporaryDirectory(), { build: '99' });
    const { make, nvcc, kernels } = setUp(`cp ${upgraded.path} "$0.next"; mv "$0.next" "$0"`);
    const kernel = await compile(make(), kernelSource(), CUBIN);
    expect(kernel.compilerVersion).toContain('compiler.99');
    expect([nvcc.runs(), upgraded.runs()]).toEqual([1, 1]);
    expect(kernels().filter((name) => name.endsWith('kernel.cubin'))).toHaveLength(1);
    expect(await compile(make(), kernelSource(), CUBIN)).toMatchObject({ key: kernel.key, cached: true });
  });

  it('nvcc goes, says so and keeps nothing', async () => {
    const { make, kernels } = setUp('rm "$0"');
    const error = await failureOf(compile(make(), kernelSource(), CUBIN));
    expect(error).toMatchObject({ reason: 'nvcc-not-found' });
    expect(kernels()).toEqual([]);
  });

  it('the same nvcc is installed again, keeps what it made', async () => {
    const { make, nvcc } = setUp('cp -p "$0" "$0.next"; mv "$0.next" "$0"');
    await compile(make(), kernelSource(), CUBIN);
    expect(nvcc.runs()).toBe(1);
  });
});

// Pitfall: the include path in the key.
it('gives each of two calls with equal keys the kernel of its own headers when those of one change', async () => {
  const [changing, steady] = [headers('// old'), headers('// old')];
  const { make, nvcc } = setUp(once(`sleep 0.2; echo '// new' > ${changing.path}`));
  const compiler = make();
  const [one, two] = await Promise.all([
    compiler.compile(source(changing), CUBIN),
    compiler.compile(source(steady), CUBIN),
  ]);
  expect(one.key).not.toBe(two.key);
  expect(nvcc.runs()).toBe(3);
  expect(await make().compile(source(changing), CUBIN)).toMatchObject({ key: one.key, cached: true });
  expect(await make().compile(source(steady), CUBIN)).toMatchObject({ key: two.key, cached: true });
});
