/** Counts the synchronisations of a launch. An access has the time of the last one before it. */
export class Timeline {
  now = 1;

  /** After this, accesses are later than everything that was just published. */
  advance(): void {
    this.now += 1;
  }
}
