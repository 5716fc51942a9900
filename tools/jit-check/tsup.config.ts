import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/cli.ts', 'src/load-times.ts', 'src/inside-container.ts', 'src/stress/stress-worker.ts'],
  format: ['esm'],
  clean: true,
  target: 'node20',
});
