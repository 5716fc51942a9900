// The hardware projects of the repository's configuration, with every package as it was built: the product is tested,
// not its sources. Lies at the root of the bundle, beside that configuration.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import repository from './vitest.config.ts';

const root = import.meta.dirname;
const hardware = ['conformance-cuda', 'large-cuda'].map((name) =>
  repository.test.projects.find((project) => project.test.name === name),
);

/** Tests import the entry of their own package from the sources; here they get the build. */
const builtEntries = {
  name: 'built-entries',
  enforce: 'pre',
  resolveId(source, importer) {
    const folder = /\/packages\/([^/]+)\/test\//.exec(importer ?? '')?.[1];
    if (folder === undefined || !/^(\.\.\/)+src\/index\.js$/.test(source)) return undefined;
    const entry = join(root, 'packages', folder, 'dist/index.js');
    if (!existsSync(entry)) throw new Error(`expected a build at ${entry} but found none`);
    return entry;
  },
};

export default defineConfig({
  test: {
    projects: hardware.map(({ test }) => ({
      root,
      plugins: [builtEntries],
      test: {
        ...test,
        env: { ...test.env, DG_TEST_DEVICE: process.env['DG_TEST_DEVICE'] ?? 'cuda' },
        server: { deps: { external: [/\/dist\/[^/]+\.js$/] } },
      },
    })),
  },
});
