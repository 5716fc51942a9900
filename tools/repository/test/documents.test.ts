import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documents } from '../src/docs/documents.js';
import { fileLinks, headingAnchors, inlineCode } from '../src/docs/markdown.js';
import { readRepositoryFile, repositoryFileExists, repositoryFiles } from '../src/files/repository-files.js';
import { arrows } from '../src/packages/arrows.js';
import { publicPackages } from '../src/packages/workspace.js';

const environmentVariable = /\bDG_[A-Z0-9_]*[A-Z0-9]\b/g;

/** Cells of the table rows of a text, without backticks and link targets. */
const tableRows = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) =>
          cell
            .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
            .replaceAll('`', '')
            .trim(),
        ),
    );

describe.each(documents())('%s', (path) => {
  const text = readRepositoryFile(path);

  it('links to what exists', () => {
    const broken = fileLinks(text).filter((link) => {
      const [target, anchor] = link.split('#') as [string, string | undefined];
      const file = target === '' ? path : posix.join(posix.dirname(path), target);
      if (!repositoryFileExists(file)) return true;
      return anchor !== undefined && !headingAnchors(readRepositoryFile(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names files that exist', () => {
    const pathLike = /^(packages|kernels|tools|docs|third-party|\.ci|\.changeset)\/[\w./-]*$/;
    // Folders are what git has files in: an empty or ignored one is not in a clone.
    const isThere = (name: string) =>
      repositoryFiles().some((file) => file === name || file.startsWith(`${name.replace(/\/$/, '')}/`));
    const missing = inlineCode(text)
      .filter((code) => pathLike.test(code))
      .filter((code) => !isThere(code));
    expect(missing).toEqual([]);
  });

  it('names environment variables that exist', () => {
    const sources = repositoryFiles().filter((file) => /\.(ts|mjs|sh|cc|h)$|(^|\/)dg$/.test(file));
    const known = new Set(
      sources.flatMap((file) => readRepositoryFile(file).match(environmentVariable) ?? []),
    );
    expect((text.match(environmentVariable) ?? []).filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('README.md', () => {
  const readme = readRepositoryFile('README.md');

  it('lists every package', () => {
    const listed = tableRows(readme).map(([name]) => name);
    for (const { manifest } of publicPackages()) expect(listed).toContain(manifest.name);
  });

  it('says the speed that the page of results says', () => {
    const [usual, waiting] = readRepositoryFile('tools/bench/results/h200.md').split(
      '\n### With constantA=off\n',
    );
    const figuresOf = (part: string | undefined) => {
      const targets = tableRows(part!);
      const figureOf = (name: string, column: 3 | 5) =>
        Number(targets.find(([operation]) => operation === name)![column]);
      const [few, many, bf16] = ['FP8 dense, M ≤ 128', 'FP8 dense, M ≥ 1024', 'BF16 dense, all M'] as const;
      const worst = Math.min(figureOf(few, 5), figureOf(many, 5));
      return [figureOf(many, 3), figureOf(few, 3), worst, figureOf(bf16, 3)];
    };
    const figures = [...figuresOf(waiting), ...figuresOf(usual)];
    const section = /\n## Speed\n([\s\S]*?)\n## /.exec(readme)![1]!;
    const said = [...section.matchAll(/(\d\.\d\d) times/g)].map((match) => match[1]);
    expect(said).toEqual(figures.map((figure) => figure.toFixed(2)));
  });

  it('lists every environment variable that the packages read', () => {
    const reads = /(?:env\['|Variable\((?:[\w.]+), ')(DG_[A-Z0-9_]+)'/g;
    const sources = repositoryFiles().filter(
      (path) =>
        /^(packages\/[^/]+|kernels)\/(src|scripts)\/.*\.(ts|mjs)$/.test(path) &&
        !/\.test\.ts$|\/testing\//.test(path),
    );
    const read = new Set(
      sources.flatMap((path) => [...readRepositoryFile(path).matchAll(reads)].map((match) => match[1]!)),
    );
    expect(read).toContain('DG_JIT_CACHE_DIR');
    const listed = tableRows(readme).map(([name]) => name);
    expect([...read].filter((name) => !listed.includes(name))).toEqual([]);
  });
});

it('docs/architecture.md shows the arrows that are tested', () => {
  const rows = tableRows(readRepositoryFile('docs/architecture.md'));
  const shown = rows
    .filter(([, name]) => name !== undefined && name in arrows)
    .map(([, name, , mayImport]) => [name, mayImport]);
  const short = (names: readonly string[]) =>
    names.length === 0 ? '–' : names.map((name) => name.replace('@dg/', '')).join(', ');
  expect(Object.fromEntries(shown)).toEqual(
    Object.fromEntries(Object.entries(arrows).map(([name, targets]) => [name, short(targets)])),
  );
});
