import { defineConfig } from 'tsup';
import { builtEntries } from '../testing/src/built-entries.js';

export default defineConfig({
  entry: ['src/cli.ts', 'src/first-call.ts'],
  format: ['esm'],
  clean: true,
  target: 'node20',
  esbuildPlugins: [builtEntries],
});
