/** What esbuild gives a plugin; only what is used here. */
interface Build {
  onResolve(
    options: { filter: RegExp },
    callback: (module: { importer: string }) => { path: string; external: true } | undefined,
  ): void;
}

const entryOfPackage = /^(\.\.\/)+src\/index\.js$/;
const testFolder = /\/packages\/([^/]+)\/test\//;

/**
 * For tools that build code of the packages' tests into themselves: where a test imports the sources of its package, the
 * tool gets the built package.
 */
export const builtEntries = {
  name: 'built-entries',
  setup: (build: Build): void => {
    build.onResolve({ filter: entryOfPackage }, ({ importer }) => {
      const folder = testFolder.exec(importer)?.[1];
      return folder === undefined ? undefined : { path: `@dg/${folder}`, external: true };
    });
  },
};
