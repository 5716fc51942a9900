/** Two for each mbarrier, and threads with bulk stores, in one cluster: more than shared memory and warps allow in practice. */
const maxNamedActors = 8192;
const warpLanes = 32;

/**
 * Numbers for everybody in one cluster whose memory accesses are ordered on their own: each lane, each warp's WGMMA, each
 * mbarrier (for the copies that complete on it, and for its being there) and each lane that issues bulk stores. Numbers are unique in a grid.
 */
export class ClusterActors {
  /** Of the first lane of the first warp. */
  readonly base: number;
  /** The first number of the next cluster. */
  readonly end: number;
  readonly #warpsPerCta: number;
  readonly #warpCount: number;
  readonly #name: string;
  readonly #names: string[] = [];

  /** `name` is for reports. */
  constructor(base: number, name: string, ctas: number, warpsPerCta: number) {
    this.base = base;
    this.#name = name;
    this.#warpsPerCta = warpsPerCta;
    this.#warpCount = ctas * warpsPerCta;
    this.end = base + this.#warpCount * (warpLanes + 1) + maxNamedActors;
  }

  /** How many numbers are in use. */
  get count(): number {
    return this.#warpCount * (warpLanes + 1) + this.#names.length;
  }

  /** The actor of lane 0 of a warp; those of the others follow. */
  firstLane(rank: number, warp: number): number {
    return this.base + (rank * this.#warpsPerCta + warp) * warpLanes;
  }

  /** The actor of a warp's WGMMA. */
  multiplier(rank: number, warp: number): number {
    return this.base + this.#warpCount * warpLanes + rank * this.#warpsPerCta + warp;
  }

  /** A new actor; the name is for reports. */
  add(name: string): number {
    if (this.#names.length >= maxNamedActors) throw new RangeError('too many mbarriers in one cluster');
    this.#names.push(name);
    return this.base + this.count - 1;
  }

  owns(actor: number): boolean {
    return actor >= this.base && actor < this.end;
  }

  isLane(actor: number): boolean {
    return actor >= this.base && actor < this.base + this.#warpCount * warpLanes;
  }

  describe(actor: number): string {
    const index = actor - this.base;
    const lanes = this.#warpCount * warpLanes;
    if (index >= lanes + this.#warpCount) return this.#names[index - lanes - this.#warpCount]!;
    const inCluster = index < lanes ? Math.floor(index / warpLanes) : index - lanes;
    const rank = Math.floor(inCluster / this.#warpsPerCta);
    const warp = `warp ${inCluster % this.#warpsPerCta}`;
    const place = this.#warpCount === this.#warpsPerCta ? this.#name : `rank ${rank} of ${this.#name}`;
    return index < lanes ? `${warp}, lane ${index % warpLanes} (${place})` : `a WGMMA of ${warp} (${place})`;
  }
}
