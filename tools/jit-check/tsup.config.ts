import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/cli.ts', 'src/stress/stress-worker.ts'],
  format: ['esm'],
  clean: true,
  target: 'node20',
});
