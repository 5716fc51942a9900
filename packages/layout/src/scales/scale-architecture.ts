import { type Device, describeValue, reject } from '@dg/runtime';

/** Architectures by the scales that their GEMMs take. */
export type ScaleArchitecture = 'sm90' | 'sm100';

/** `cpu` has no architecture of its own; its GEMMs take what SM90 takes. */
const architectureOfHost = 'sm_90a';

/** The architecture asked for, else that of the device. */
export function requireScaleArchitecture(
  operation: string,
  value: unknown,
  device: Device,
): ScaleArchitecture {
  const target = value ?? device.properties.architecture ?? architectureOfHost;
  if (typeof target === 'string') {
    if (/^sm_90a?$/.test(target)) return 'sm90';
    if (/^sm_10[03][af]?$/.test(target)) return 'sm100';
  }
  reject(operation, '"sm_90a" or "sm_100a" for architecture', describeValue(target));
}
