import { DgError } from '@dg/runtime';
import type { WarmupSummary } from './warmup-summary.js';

/** Some kernels are not in the cache after a warm-up; all others are. */
export class DgWarmupError extends DgError {
  readonly summary: WarmupSummary;

  constructor(summary: WarmupSummary) {
    const { failures, kernels } = summary;
    const reasons = failures.map(({ name, error }) => `${name}: ${error.message}`).join('\n');
    super(
      'DG_WARMUP_FAILED',
      `expected ${kernels} kernels in the cache but ${failures.length} failed:\n${reasons}`,
    );
    this.summary = summary;
  }
}
