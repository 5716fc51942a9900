import { spawnSync } from 'node:child_process';
import { DgError, findNvcc } from '@dg/jit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksIn } from '../src/docs/documents.js';
import type { CodeBlock } from '../src/docs/markdown.js';
import { SnippetProject } from '../src/docs/snippet-project.js';
import { repositoryFileExists } from '../src/files/repository-files.js';
import { repositoryRoot } from '../src/files/repository-root.js';
import { publicPackages, readManifest } from '../src/packages/workspace.js';

const titled = (blocks: readonly CodeBlock[]) =>
  blocks.map((block) => [`${block.path}:${block.line}`, block] as const);

const hasNvcc = (() => {
  try {
    findNvcc();
    return true;
  } catch (error) {
    if (DgError.isInstance(error) && error.code === 'DG_UNAVAILABLE') return false;
    throw error;
  }
})();

describe('TypeScript in the documents', () => {
  const blocks = blocksIn('ts', 'js');
  let project: SnippetProject;

  beforeAll(() => {
    const unbuilt = publicPackages().filter(
      ({ folder }) => !repositoryFileExists(`${folder}/dist/index.d.ts`),
    );
    expect(
      unbuilt.map(({ folder }) => folder),
      'run the build script first: these have no dist',
    ).toEqual([]);
    project = new SnippetProject();
  });
  afterAll(() => project?.destroy());

  it('is in the README and in every package but those without an example', () => {
    expect(new Set(blocks.map(({ path }) => path))).toContain('README.md');
    expect(blocks.length).toBeGreaterThanOrEqual(publicPackages().length);
  });

  it.each(titled(blocks.filter(({ language }) => language === 'ts')))('%s type-checks', (_, block) => {
    expect(project.typeErrors(block)).toEqual([]);
  });

  it('is left out of the run only where it needs a GPU, and says so', () => {
    const marked = blocks.filter(({ info }) => info !== '');
    expect(marked.filter(({ info }) => !/^no-run .*GPU/.test(info))).toEqual([]);
  });

  it.for(titled(blocks.filter(({ info }) => info === '')))('%s runs', ([title, block], context) => {
    const { exitCode, stderr } = project.run(block);
    if (exitCode !== 0 && !hasNvcc && stderr.includes('nvcc-not-found')) {
      console.warn(`SKIPPED: running ${title}, which needs nvcc.`);
      context.skip('needs nvcc');
    }
    expect(exitCode, stderr).toBe(0);
  });

  it('a wrong block is found', () => {
    const block = { path: 'wrong.md', line: 1, language: 'ts', info: '' };
    const wrongType = {
      ...block,
      code: `import { getTmaAlignedSize } from '@dg/layout';\ngetTmaAlignedSize('8', 4);\n`,
    };
    expect(project.typeErrors(wrongType).join()).toContain('line 2 of the block');
    const wrongName = { ...block, line: 2, code: `import { noSuchName } from '@dg/api';\nnoSuchName();\n` };
    expect(project.typeErrors(wrongName)).not.toEqual([]);
    expect(project.run(wrongName).exitCode).toBe(1);
  });
});

describe('commands in the documents', () => {
  const rootManifest = readManifest('');
  const pnpm = rootManifest.packageManager!.split('+')[0]!;
  const lines = blocksIn('sh').flatMap(({ path, line, code }) =>
    code
      .split('\n')
      .map((text, index) => ({
        where: `${path}:${line + 1 + index}`,
        command: text.replace(/\s+#.*$|^#.*$/, '').trim(),
      }))
      .filter(({ command }) => command !== '' && !path.startsWith('tools/')),
  );

  it('are the two of the README at least', () => {
    const commands = lines.map(({ command }) => command);
    expect(commands).toEqual(expect.arrayContaining([`npx --yes ${pnpm} demo`, `npx --yes ${pnpm} test`]));
  });

  it.each(lines)('$where: $command', ({ command }) => {
    const words = command.split(/\s+/).filter((word) => !/^\w+=/.test(word));
    if (words[0] === 'npx' && words[2]?.startsWith('pnpm@')) {
      expect(words[2]).toBe(pnpm);
      expect(Object.keys(rootManifest.scripts ?? {})).toContain(words[3]);
      const example = /^example:(.+)$/.exec(words[3]!)?.[1];
      // Their own tests run the examples; here only what they are given is looked up.
      if (example !== undefined) expectOptions('packages/api/examples/dist/cli.js', example, words.slice(4));
      return;
    }
    // A user's `dg` is the bin of @dg/api. Of what takes long, only the options are looked up.
    expect(words[0], 'a command that this test knows').toBe('dg');
    const { bin } = readManifest('packages/api') as { bin?: Record<string, string> };
    const program = `packages/api/${bin!['dg']}`;
    if (words[1] === 'demo' || words[1] === 'warmup') return expectOptions(program, words[1], words.slice(2));
    const { status, stderr } = run(program, words.slice(1));
    expect(status, stderr).toBe(0);
  });
});

/** A command of a program exists, and has the options among the words. */
function expectOptions(program: string, command: string, words: readonly string[]): void {
  const { status, stdout, stderr } = run(program, [command, '--help']);
  expect(status, stderr).toBe(0);
  for (const option of words.filter((word) => word.startsWith('--'))) expect(stdout).toContain(option);
}

function run(program: string, parameters: readonly string[]) {
  return spawnSync(process.execPath, [program, ...parameters], { cwd: repositoryRoot, encoding: 'utf8' });
}
