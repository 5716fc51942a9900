import { defineConfig } from 'tsup';

const entryOfPackage = /^(\.\.\/)+src\/index\.js$/;
const testFolder = /\/packages\/([^/]+)\/test\//;

export default defineConfig({
  entry: ['src/cli.ts', 'src/worker.ts'],
  format: ['esm'],
  clean: true,
  target: 'node20',
  // The cases are those of the packages' tests, which import the sources of their package: here they get the build.
  esbuildPlugins: [
    {
      name: 'built-entries',
      setup: (build) => {
        build.onResolve({ filter: entryOfPackage }, ({ importer }) => {
          const folder = testFolder.exec(importer)?.[1];
          return folder === undefined ? undefined : { path: `@dg/${folder}`, external: true };
        });
      },
    },
  ],
});
