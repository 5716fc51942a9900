import { DgValidationError } from '@dg/jit';

/** A parsed device id. An undefined ordinal means the first GPU that can be used. */
export type DeviceId =
  | { readonly kind: 'cpu' }
  | { readonly kind: 'cuda'; readonly ordinal: number | undefined }
  /** Served by a registered provider: `sim:sm_90a`. */
  | { readonly kind: 'sim'; readonly id: string };

/** Throws DgValidationError unless `id` is `cpu`, `cuda`, `cuda:N` or `sim:...`. `origin` says where it came from. */
export function parseDeviceId(id: string, origin: string): DeviceId {
  if (id === 'cpu') return { kind: 'cpu' };
  if (id === 'cuda') return { kind: 'cuda', ordinal: undefined };
  const ordinal = /^cuda:(0|[1-9]\d{0,8})$/.exec(id)?.[1];
  if (ordinal !== undefined) return { kind: 'cuda', ordinal: Number(ordinal) };
  if (/^sim:.+$/.test(id)) return { kind: 'sim', id };
  throw new DgValidationError(
    `expected cpu, cuda, cuda:N or sim:ARCHITECTURE for ${origin} but received ${JSON.stringify(id)}`,
  );
}
