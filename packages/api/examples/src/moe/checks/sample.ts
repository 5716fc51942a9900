import { spread } from '../../report/sample-size.js';
import type { MoePass } from '../moe-pass.js';

/** Tokens whose way through the layer is followed, and their choices, in order. */
export interface Sample {
  readonly tokens: readonly number[];
  readonly choices: readonly SampledChoice[];
}

export interface SampledChoice {
  /** Place of its token in the sample. */
  readonly place: number;
  readonly expert: number;
  /** Among the rows of all experts. */
  readonly row: number;
}

/** Up to `count` tokens, spread over all of them. */
export async function takeSample({ routing }: MoePass, count: number): Promise<Sample> {
  const [chosen, rows] = await Promise.all([routing.chosen.read(), routing.rows.read()]);
  const { topK } = routing;
  const tokens = spread(Math.min(count, routing.tokens), routing.tokens);
  const choices = tokens.flatMap((token, place) =>
    Array.from({ length: topK }, (_, choice) => ({
      place,
      expert: chosen[token * topK + choice]!,
      row: rows[token * topK + choice]!,
    })),
  );
  return { tokens, choices };
}

/** Places in the list of choices, by expert. */
export function byExpert({ choices }: Sample): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>();
  choices.forEach(({ expert }, place) => {
    places.set(expert, [...(places.get(expert) ?? []), place]);
  });
  return places;
}
