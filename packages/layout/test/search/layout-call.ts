import type { Named, Spoil } from '@dg/testing';

/** A right call of a function of this package, and ways to make it wrong, by the kind of mistake. */
export interface LayoutCall {
  readonly given: Named;
  call(given: Named): unknown;
  readonly spoils: Readonly<Record<string, readonly Spoil<Named>[]>>;
}
