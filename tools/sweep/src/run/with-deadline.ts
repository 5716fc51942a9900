import { DgError } from '@dg/jit';

/** A kernel that waits for itself never ends: nothing more can be had of the device in this process. */
export class DeviceHung extends DgError {
  constructor(seconds: number) {
    super('DG_SWEEP_HUNG', `expected the kernel to end within ${seconds} s but received no sign of it`);
  }
}

/** What `work` resolves to, unless that takes too long. Throws DeviceHung then. */
export async function withDeadline<T>(work: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeviceHung(seconds)), seconds * 1000);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
