/** The values of each axis. */
export type Axes = Readonly<Record<string, readonly unknown[]>>;

export type Combination<A extends Axes> = { readonly [Name in keyof A]: A[Name][number] };

export function combinationCount(axes: Axes): number {
  return Object.values(axes).reduce((product, values) => product * values.length, 1);
}

/** Every way to take one value of each axis, the first axis changing fastest. */
export function* combinations<A extends Axes>(axes: A): Iterable<Combination<A>> {
  const count = combinationCount(axes);
  const entries = Object.entries(axes);
  for (let index = 0; index < count; index++) {
    const chosen: Record<string, unknown> = {};
    let rest = index;
    for (const [name, values] of entries) {
      chosen[name] = values[rest % values.length];
      rest = Math.floor(rest / values.length);
    }
    yield chosen as Combination<A>;
  }
}
