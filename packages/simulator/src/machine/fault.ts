import type { SimulatorCheck } from '../device/simulator-options.js';

/** What a check found, before anybody has said where: the machine adds kernel, CTA, warp and line. */
export class Fault extends Error {
  readonly check: SimulatorCheck | 'step-limit';
  readonly lane: number | undefined;

  constructor(check: SimulatorCheck | 'step-limit', detail: string, lane?: number) {
    super(detail);
    this.name = 'Fault';
    this.check = check;
    this.lane = lane;
  }
}
