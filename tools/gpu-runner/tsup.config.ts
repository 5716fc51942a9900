import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/make-bundle.ts', 'src/runner.ts'],
  format: ['esm'],
  clean: true,
  target: 'node20',
});
