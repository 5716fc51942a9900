/** Where a command writes its result. */
export type WriteLine = (line: string) => void;
