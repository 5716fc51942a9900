import { describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryFileExists, repositoryFiles } from '../src/files/repository-files.js';
import {
  type Manifest,
  publicPackages,
  readManifest,
  readWorkspaceFile,
  workspacePackages,
} from '../src/packages/workspace.js';

const rootManifest = readManifest('');
const everyManifest = [rootManifest, ...workspacePackages().map(({ manifest }) => manifest)];

const rangesOf = (manifest: Manifest) =>
  Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  });

describe('top level', () => {
  const named = ['LICENSE', 'README.md', 'package.json', 'pnpm-workspace.yaml', 'turbo.json'];
  const folders = ['docs', 'kernels', 'packages', 'third-party', 'tools'];
  const configuration = ['biome.json', 'pnpm-lock.yaml', 'tsconfig.base.json', 'vitest.config.ts'];
  const dotfiles = ['.changeset', '.ci', '.editorconfig', '.gitignore'];
  const optionalDotfiles = ['.gitattributes', '.node-version', '.npmrc'];

  it('holds what the architecture names and nothing else', () => {
    const found = [...new Set(repositoryFiles().map((path) => path.split('/')[0]!))];
    const expected = [...named, ...folders, ...configuration, ...dotfiles];
    expect(found.filter((name) => !optionalDotfiles.includes(name)).sort()).toEqual(expected.sort());
  });

  it('is under the MIT licence', () => {
    expect(readRepositoryFile('LICENSE')).toContain('MIT License');
    expect(rootManifest.license).toBe('MIT');
  });
});

describe.each(workspacePackages())('$folder', ({ folder, manifest }) => {
  it('is named after its folder and under the MIT licence', () => {
    expect(manifest.name).toBe(`@dg/${folder.split('/').at(-1)}`);
    expect(manifest.license).toBe('MIT');
    expect(manifest.engines?.node).toBe('>=20');
  });

  // Pitfall: an install script that compiles or downloads.
  it('runs nothing when it is installed', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => hooks.includes(name))).toEqual([]);
  });

  it('takes versions from the catalog and packages from the workspace', () => {
    const wrong = rangesOf(manifest).filter(
      ([name, range]) => range !== (name.startsWith('@dg/') ? 'workspace:*' : 'catalog:'),
    );
    expect(wrong).toEqual([]);
  });

  it('names each dependency once', () => {
    const twice = Object.keys(manifest.dependencies ?? {}).filter((name) => manifest.devDependencies?.[name]);
    expect(twice).toEqual([]);
  });

  it('is type-checked', () => {
    expect(manifest.scripts?.['typecheck']).toBe('tsc -p tsconfig.json');
    expect(readRepositoryFile(`${folder}/tsconfig.json`)).toContain('tsconfig.base.json');
  });
});

describe.each(publicPackages())('$manifest.name', ({ folder, manifest }) => {
  it('has a README that begins with its name', () => {
    expect(readRepositoryFile(`${folder}/README.md`).split('\n')[0]).toBe(`# ${manifest.name}`);
  });

  it('exports ES modules and CommonJS with their types', () => {
    expect(manifest.exports).toEqual({
      '.': {
        import: { types: './dist/index.d.ts', default: './dist/index.js' },
        require: { types: './dist/index.d.cts', default: './dist/index.cjs' },
      },
      './package.json': './package.json',
    });
  });

  it('packs what it needs, for everyone', () => {
    expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'README.md']));
    expect(manifest.files).not.toContain('src');
    expect(manifest.publishConfig).toEqual({ access: 'public' });
  });

  it('is checked by publint and attw', () => {
    expect(manifest.scripts?.['check:package']).toMatch(/publint --strict.*attw --pack/);
  });
});

describe('releases', () => {
  const config = JSON.parse(readRepositoryFile('.changeset/config.json')) as { fixed: string[][] };

  it('all public packages have one version, kept by one fixed group', () => {
    expect(new Set(publicPackages().map(({ manifest }) => manifest.version)).size).toBe(1);
    expect(config.fixed).toHaveLength(1);
    const patterns = config.fixed[0]!.map((glob) => new RegExp(`^${glob.replace('*', '.*')}$`));
    const outside = publicPackages().filter(({ manifest }) => !patterns.some((p) => p.test(manifest.name)));
    expect(outside).toEqual([]);
  });

  it('changesets name packages that exist', () => {
    const names = publicPackages().map(({ manifest }) => manifest.name);
    const files = repositoryFiles().filter(
      (path) => /^\.changeset\/.*\.md$/.test(path) && !path.endsWith('README.md'),
    );
    for (const path of files) {
      const header = readRepositoryFile(path).split('---')[1]!;
      const released = [...header.matchAll(/^['"](.+)['"]: (?:major|minor|patch)$/gm)].map(
        (match) => match[1]!,
      );
      expect(released.length, path).toBeGreaterThan(0);
      expect(
        released.filter((name) => !names.includes(name)),
        path,
      ).toEqual([]);
    }
  });
});

describe('catalog', () => {
  const { catalog } = readWorkspaceFile();

  it('pins exact versions', () => {
    expect(Object.entries(catalog).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('has no entry that nobody uses, and every entry that is used', () => {
    const used = everyManifest.flatMap((manifest) =>
      rangesOf(manifest).flatMap(([name, range]) => (range === 'catalog:' ? [name] : [])),
    );
    expect([...new Set(used)].sort()).toEqual(Object.keys(catalog).sort());
  });

  it('is what third-party/README.md lists', () => {
    const listed = readRepositoryFile('third-party/README.md');
    const missing = Object.entries(catalog).filter(
      ([name, version]) => !new RegExp(`\`${name.replace('/', '\\/')}\` *\\| *${version} `).test(listed),
    );
    expect(missing).toEqual([]);
  });
});

describe('commands', () => {
  it('the root has those that the documents promise', () => {
    const promised = ['demo', 'test', 'test:gpu', 'bundle', 'bench', 'build'];
    expect(Object.keys(rootManifest.scripts ?? {})).toEqual(expect.arrayContaining(promised));
  });

  it('.ci/run runs the test command of the README', () => {
    const command = `npx --yes ${rootManifest.packageManager!.split('+')[0]} test`;
    expect(readRepositoryFile('.ci/run')).toContain(command);
    expect(readRepositoryFile('README.md')).toContain(command);
    expect(repositoryFileExists('.ci/run')).toBe(true);
  });
});
