import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryFiles } from '../src/files/repository-files.js';
import { repositoryRoot } from '../src/files/repository-root.js';

const binary = /\.(png|jpg|gz|xz|node|cubin|wasm)$/;
const files = repositoryFiles()
  .filter((path) => !binary.test(path))
  .map((path) => ({ path, text: readRepositoryFile(path) }));
const sources = files.filter(({ path }) => /\.(ts|mjs|js)$/.test(path));

/** `path:line` of each line that matches. */
const linesWith = (among: typeof files, pattern: RegExp) =>
  among.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  );

describe('no file holds', () => {
  it('a path of one machine', () => {
    // Put together here, so that this file does not hold them.
    const roots = ['work', 'root', 'home', 'Users'].join('|');
    expect(linesWith(files, new RegExp(`(?<![\\w.$}-])/(?:${roots})/`))).toEqual([]);
  });

  it('the checkout folder of this machine', () => {
    expect(files.filter(({ text }) => text.includes(`${repositoryRoot}/`)).map(({ path }) => path)).toEqual(
      [],
    );
  });

  it('the host of a package registry', () => {
    const configured = execFileSync('npm', ['config', 'get', 'registry'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const hosts = [new URL(configured.trim()).host, ['registry', 'npmjs', 'org'].join('.')];
    const holding = files.filter(({ text }) => hosts.some((host) => text.includes(host)));
    expect(holding.map(({ path }) => path)).toEqual([]);
  });

  it('a merge marker', () => {
    expect(linesWith(files, /^(?:<{7}|>{7}|\|{7})(?: |$)/)).toEqual([]);
  });
});

describe('tests', () => {
  it('none is singled out', () => {
    expect(linesWith(sources, /\b(?:it|test|describe|suite)(?:\.\w+)*\.only\b/)).toEqual([]);
  });

  it('none is switched off or promised for later', () => {
    expect(linesWith(sources, /\b(?:it|test|describe|suite)(?:\.\w+)*\.(?:skip|todo|fails)\b/)).toEqual([]);
    expect(linesWith(sources, /\b(?:x|f)(?:it|describe)\(/)).toEqual([]);
  });

  it('a file that skips under a condition says so loudly', () => {
    const quiet = sources
      .filter(({ text }) => /\b(?:describe|it|test)\.(?:skipIf|runIf)\(/.test(text))
      .filter(({ text }) => !/console\.warn\(|process\.stderr\.write\(/.test(text));
    expect(quiet.map(({ path }) => path)).toEqual([]);
  });
});

describe('pnpm-lock.yaml', () => {
  const lock = readRepositoryFile('pnpm-lock.yaml');

  it('names no host', () => {
    expect(lock).not.toMatch(/tarball:|https?:/);
  });

  it('is in the format of the pinned pnpm', () => {
    expect(lock).toMatch(/^lockfileVersion: '9\.0'/);
  });
});
