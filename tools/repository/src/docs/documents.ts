import { readRepositoryFile, repositoryFiles } from '../files/repository-files.js';
import { type CodeBlock, codeBlocks } from './markdown.js';

/** README.md of the root, of every package and folder, and everything in docs/. */
export function documents(): string[] {
  return repositoryFiles().filter((path) => /(^|\/)README\.md$|^docs\/.*\.md$/.test(path));
}

/** The code blocks of all documents in one of these languages. */
export function blocksIn(...languages: string[]): CodeBlock[] {
  return documents()
    .flatMap((path) => codeBlocks(path, readRepositoryFile(path)))
    .filter((block) => languages.includes(block.language));
}
