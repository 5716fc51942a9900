import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type RecordingLogger, recordingLogger } from '../testing/recording-logger.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { isBuild, KernelStore, type Lookup } from './kernel-store.js';

const ADDRESS = { folder: 'kernel.key', build: 'nvcc-0123', imageName: 'kernel.cubin' };
const FACTS = {
  name: 'kernel',
  entry: 'k',
  architecture: 'sm_90a',
  output: 'cubin',
  requestKey: 'key',
  key: '0123',
  compiler: 'nvcc',
  compilerVersion: '13.0',
  command: ['nvcc'],
  log: 'log',
} as const;
const HOUR_MS = 3_600_000;

interface Setup {
  readonly directory: string;
  readonly logger: RecordingLogger;
  readonly store: KernelStore;
  /** Compiles, as far as the cache can tell, and publishes. */
  put(text: string): ReturnType<KernelStore['publish']>;
}

function setUp(directory = temporaryDirectory()): Setup {
  const logger = recordingLogger();
  const store = new KernelStore(directory, logger);
  const put = (text: string) => {
    const scratch = store.openScratch({ 'source.cu': 'code' });
    const image = Buffer.from(text);
    writeFileSync(join(scratch.work, ADDRESS.imageName), image);
    const entry = store.publish(scratch, ADDRESS, image, FACTS);
    scratch.remove();
    return entry;
  };
  return { directory, logger, store, put };
}

const rootOf = ({ directory }: Setup) => join(directory, 'dg-2');
const entryOf = (setup: Setup) => join(rootOf(setup), 'kernels', ADDRESS.folder, ADDRESS.build);
const textOf = (entry: Lookup | undefined) => (isBuild(entry) ? Buffer.from(entry.image).toString() : entry);

describe('KernelStore', () => {
  it('gives back what was published, and leaves nothing else behind', () => {
    const setup = setUp();
    expect(setup.store.read(ADDRESS)).toBe('absent');
    expect(textOf(setup.put('image'))).toBe('image');
    const entry = setUp(setup.directory).store.read(ADDRESS);
    expect(textOf(entry)).toBe('image');
    expect(entry).toMatchObject({ record: { log: 'log' }, path: join(entryOf(setup), 'kernel.cubin') });
    expect(readdirSync(entryOf(setup)).sort()).toEqual(['build.json', 'kernel.cubin', 'source.cu']);
    expect(readdirSync(join(rootOf(setup), 'tmp'))).toEqual([]);
    expect(setup.logger.lines).toEqual([]);
  });

  it('records the build', () => {
    const setup = setUp();
    setup.put('image');
    expect(JSON.parse(readFileSync(join(entryOf(setup), 'build.json'), 'utf8'))).toEqual({
      formatVersion: 2,
      ...FACTS,
      sha256: '6105d6cc76af400325e94d588ce511be5bfdbb73b437dc51eca43917d7a43e3d',
      byteLength: 5,
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it('keeps the whole entry of another process that was first', () => {
    const setup = setUp();
    setup.put('theirs');
    expect(textOf(setup.put('ours'))).toBe('theirs');
    expect(textOf(setup.store.read(ADDRESS))).toBe('theirs');
    expect(setup.logger.lines).toEqual([]);
  });

  const BREAKAGES: readonly (readonly [string, (entry: string) => void])[] = [
    ['a truncated image', (entry) => writeFileSync(join(entry, 'kernel.cubin'), 'thei')],
    ['a changed image of the same size', (entry) => writeFileSync(join(entry, 'kernel.cubin'), 'their5')],
    ['no image', (entry) => rmSync(join(entry, 'kernel.cubin'))],
    ['no build record', (entry) => rmSync(join(entry, 'build.json'))],
    ['an empty build record', (entry) => writeFileSync(join(entry, 'build.json'), '')],
    ['half a build record', (entry) => writeFileSync(join(entry, 'build.json'), '{"formatVersion": 2')],
    [
      'a build record of another form',
      (entry) => writeFileSync(join(entry, 'build.json'), '{"formatVersion": 0}'),
    ],
    ['a build record that is null', (entry) => writeFileSync(join(entry, 'build.json'), 'null')],
    [
      'nothing in it',
      (entry) => {
        rmSync(entry, { recursive: true });
        mkdirSync(entry);
      },
    ],
    [
      'a file in its place',
      (entry) => {
        rmSync(entry, { recursive: true });
        writeFileSync(entry, 'file');
      },
    ],
  ];

  // Pitfall: a crash leaves a poisoned entry.
  it.each(BREAKAGES)('removes an entry with %s, with a warning, and can make it again', (_, breakIt) => {
    const setup = setUp();
    setup.put('theirs');
    breakIt(entryOf(setup));
    expect(setup.store.read(ADDRESS)).toBe('broken');
    expect(setup.logger.lines).toEqual([
      expect.stringContaining(`warn: cache entry ${entryOf(setup)} is broken`),
    ]);
    expect(existsSync(entryOf(setup))).toBe(false);
    expect(textOf(setup.put('ours'))).toBe('ours');
    expect(textOf(setup.store.read(ADDRESS))).toBe('ours');
  });

  it.each(BREAKAGES)('publishes over an entry with %s that was put up meanwhile', (_, breakIt) => {
    const setup = setUp();
    setup.put('theirs');
    breakIt(entryOf(setup));
    expect(textOf(setup.put('ours'))).toBe('ours');
    expect(textOf(setup.store.read(ADDRESS))).toBe('ours');
  });

  // Pitfall: a crash leaves a poisoned entry.
  it('sweeps on first use what is older than a day, and nothing younger', () => {
    const setup = setUp();
    const make = (folder: string, name: string, ageMs: number) => {
      const path = join(rootOf(setup), folder, name);
      mkdirSync(join(path, 'work'), { recursive: true });
      const date = new Date(Date.now() - ageMs);
      utimesSync(path, date, date);
    };
    for (const folder of ['tmp', 'locks']) {
      make(folder, 'old', 25 * HOUR_MS);
      make(folder, 'young', 23 * HOUR_MS);
    }
    // Looks as old after a jump of the clock.
    make('tmp', `${process.pid}.alive`, 25 * HOUR_MS);
    setup.put('image');
    expect(readdirSync(join(rootOf(setup), 'tmp')).sort()).toEqual([`${process.pid}.alive`, 'young']);
    expect(readdirSync(join(rootOf(setup), 'locks'))).toEqual(['young']);
  });

  it('still reads where it cannot write', () => {
    const setup = setUp();
    setup.put('image');
    rmSync(join(rootOf(setup), 'tmp'), { recursive: true });
    writeFileSync(join(rootOf(setup), 'tmp'), 'a file, which stops even root');
    const reader = setUp(setup.directory);
    expect(textOf(reader.store.read(ADDRESS))).toBe('image');
    expect(reader.logger.lines).toEqual([]);
  });

  it('warns once, with directory and reason, where it cannot write', () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    const setup = setUp(join(file, 'cache-directory'));
    expect(setup.put('image')).toBeUndefined();
    expect(setup.put('image')).toBeUndefined();
    expect(setup.logger.lines).toEqual([
      expect.stringMatching(/^warn: .*file\/cache-directory.*(ENOTDIR|EEXIST|ENOENT)/),
    ]);
  });

  it('warns once where entries cannot be put up', () => {
    const setup = setUp();
    mkdirSync(rootOf(setup));
    writeFileSync(join(rootOf(setup), 'kernels'), 'a file');
    expect(setup.store.read(ADDRESS)).toBe('absent');
    expect(setup.put('image')).toBeUndefined();
    expect(setup.logger.lines).toHaveLength(1);
    expect(readdirSync(join(rootOf(setup), 'tmp'))).toEqual([]);
  });

  // Pitfall: kernels of a stranger in a shared cache.
  it('looks at its directory until that is there, since a stranger may make it first', () => {
    const directory = join(temporaryDirectory(), 'cache');
    const setup = setUp(directory);
    expect(setup.store.read(ADDRESS)).toBe('absent');
    expect(setup.store.isTrusted).toBe(true);
    expect(textOf(setUp(directory).put('theirs'))).toBe('theirs');
    chmodSync(directory, 0o777);
    expect(setup.store.read(ADDRESS)).toBe('absent');
    expect(setup.store.builds(ADDRESS)).toEqual([]);
    expect(setup.put('ours')).toBeUndefined();
    expect(setup.store.isTrusted).toBe(false);
    expect(setup.logger.lines).toEqual([
      expect.stringMatching(/^warn: the cache of kernels is not used: every user may write to/),
    ]);
  });
});
