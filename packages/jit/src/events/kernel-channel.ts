import { channel } from 'node:diagnostics_channel';

/**
 * The channel of node:diagnostics_channel on which every compiler of a thread publishes its `CompileEvent`s, and every
 * device of @dg/runtime its loads: for metrics of a server that does not make them itself.
 */
export const KERNEL_CHANNEL = 'dg:kernel';

const published = channel(KERNEL_CHANNEL);

export function publishKernelEvent(event: object): void {
  if (published.hasSubscribers) published.publish(event);
}
