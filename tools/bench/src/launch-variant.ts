import type { CallOptions } from '@dg/api';
import { DgValidationError } from '@dg/jit';

/**
 * Options of calls whose effect on time is measured. `constantB` and `constantA` promise that no work queued before
 * writes B, or A. What is left out is the library's default.
 */
export interface LaunchVariant extends Pick<CallOptions, 'dependentLaunch'> {
  readonly constantB?: boolean;
  readonly constantA?: boolean;
}

/** `on` and `off`, as the command line has them. Throws DgValidationError for anything else. */
export function launchVariant(flags: {
  readonly dependentLaunch?: string | undefined;
  readonly constantB?: string | undefined;
  readonly constantA?: string | undefined;
}): LaunchVariant {
  return {
    ...(flags.dependentLaunch === undefined
      ? {}
      : { dependentLaunch: isOn('--dependent-launch', flags.dependentLaunch) }),
    ...(flags.constantB === undefined ? {} : { constantB: isOn('--constant-b', flags.constantB) }),
    ...(flags.constantA === undefined ? {} : { constantA: isOn('--constant-a', flags.constantA) }),
  };
}

/** `dependentLaunch=on constantB=off`; empty for the defaults. */
export function variantName(variant: LaunchVariant): string {
  return Object.entries(variant)
    .map(([option, value]) => `${option}=${value ? 'on' : 'off'}`)
    .join(' ');
}

function isOn(flag: string, text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new DgValidationError(`expected on or off for ${flag} but received ${JSON.stringify(text)}`);
}
