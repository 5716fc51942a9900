/** A picture of the results. */
export interface Plot {
  readonly title: string;
  /** Name of its file, beside the page. */
  readonly file: string;
  readonly svg: string;
}
