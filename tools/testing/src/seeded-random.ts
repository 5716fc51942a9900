/** A reproducible stream of random numbers: the same seed gives the same numbers on every machine. */
export interface SeededRandom {
  /** 32 random bits, 0 to 2^32 - 1. */
  bits(): number;
  /** Uniform in [low, high); [0, 1) when left out. */
  uniform(low?: number, high?: number): number;
  /** Normal with the given mean and standard deviation; standard normal when left out. */
  normal(mean?: number, deviation?: number): number;
  /** Uniform integer, both ends included. */
  integer(low: number, high: number): number;
  /** One of the choices, each as likely. */
  pick<T>(choices: readonly T[]): T;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** An independent stream; `label` keeps streams of one seed apart. */
  fork(label: number): SeededRandom;
}

/**
 * Steele, Lea and Flood's SplitMix with a 32-bit state and Murmur3's finaliser: short, stateless to seed, and
 * good enough to draw test data.
 */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;

  function bits(): number {
    state = (state + 0x9e3779b9) >>> 0;
    return mix(state);
  }

  function uniform(low = 0, high = 1): number {
    return low + (bits() / 2 ** 32) * (high - low);
  }

  function normal(mean = 0, deviation = 1): number {
    // Box and Muller; 1 - u keeps the logarithm away from zero.
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * uniform());
  }

  function integer(low: number, high: number): number {
    return low + Math.floor(uniform() * (high - low + 1));
  }

  return {
    bits,
    uniform,
    normal,
    integer,
    pick: (choices) => {
      if (choices.length === 0) throw new Error('expected at least one choice for pick but received none');
      return choices[integer(0, choices.length - 1)]!;
    },
    chance: (probability) => uniform() < probability,
    fork: (label) => seededRandom(mix((seed ^ Math.imul(label + 1, 0x85ebca6b)) >>> 0)),
  };
}

function mix(value: number): number {
  let z = value;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
