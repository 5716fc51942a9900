export interface CodeBlock {
  /** The document, relative to the repository. */
  readonly path: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  /** First word after the fence: `ts`, `sh`; empty without one. */
  readonly language: string;
  /** What follows it: `no-run needs two GPUs`. */
  readonly info: string;
  readonly code: string;
}

/** The fenced code blocks of a Markdown text. */
export function codeBlocks(path: string, text: string): CodeBlock[] {
  return [...text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```[ \t]*$/gm)].map((match) => {
    const [language = '', ...info] = match[1]!.trim().split(/\s+/);
    const line = text.slice(0, match.index).split('\n').length;
    return { path, line, language, info: info.join(' '), code: match[2]! };
  });
}

/** Targets of the links outside code that are not on the web, with what follows a `#`. */
export function fileLinks(text: string): string[] {
  return [...withoutCodeBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** What stands between single backticks outside code blocks. */
export function inlineCode(text: string): string[] {
  return [...withoutCodeBlocks(text).matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
}

/** The anchors that the headings of a text get. */
export function headingAnchors(text: string): string[] {
  return [...withoutCodeBlocks(text).matchAll(/^#+ (.+)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replace(/ /g, '-'),
  );
}

function withoutCodeBlocks(text: string): string {
  return text.replace(/^```[\s\S]*?^```[ \t]*$/gm, '');
}
