import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseOptions, type SearchOptions } from './parse-options.js';
import { repositoryCommand } from './repeat-command.js';

const options: SearchOptions = {
  device: 'cuda',
  failures: '20',
  caseSeconds: '120',
};

describe('parseOptions', () => {
  it('has what a device is fast enough for as defaults', () => {
    expect(parseOptions(options)).toMatchObject({ cases: 20_000, sizes: 'full', onlyCase: undefined });
    expect(parseOptions({ ...options, device: 'sim:sm_90a' })).toMatchObject({ cases: 320, sizes: 'small' });
    const { seed } = parseOptions(options);
    expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
  });

  it('takes what is given', () => {
    const given = { seed: '0', case: '7', cases: '9', sizes: 'small', workers: '3', seconds: '60' };
    expect(parseOptions({ ...options, ...given })).toMatchObject({
      seed: 0,
      onlyCase: 7,
      cases: 9,
      sizes: 'small',
      workers: 3,
      seconds: 60,
      mostFailures: 20,
    });
  });

  it.each([
    [{ seed: '-1' }, 'expected an integer from 0 to 4294967295 for --seed but received "-1"'],
    [{ cases: '0' }, 'expected an integer from 1 to 4294967295 for --cases but received "0"'],
    [{ workers: '1.5' }, 'for --workers but received "1.5"'],
    [{ sizes: 'large' }, 'expected small or full for --sizes but received "large"'],
  ])('rejects %j', (wrong, message) => {
    expect(() => parseOptions({ ...options, ...wrong })).toThrow(message);
  });
});

it('names the package manager of the repository in the line that repeats a case', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    packageManager: string;
    scripts: Record<string, string>;
  };
  expect(repositoryCommand).toBe(`npx --yes ${manifest.packageManager.split('+')[0]} random-search`);
  expect(manifest.scripts['random-search']).toBeDefined();
});
