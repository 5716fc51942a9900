import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../files/repository-root.js';
import { publicPackages } from '../packages/workspace.js';
import type { CodeBlock } from './markdown.js';

const runLimitMilliseconds = 60_000;

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  verbatimModuleSyntax: true,
};

export interface RunResult {
  /** Null when a signal or the time limit ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project as a user has it, outside the repository: ES modules, and the built packages in node_modules. */
export class SnippetProject {
  readonly #folder = mkdtempSync(join(tmpdir(), 'dg-snippets-'));

  constructor() {
    writeFileSync(join(this.#folder, 'package.json'), '{ "type": "module", "private": true }\n');
    for (const { folder, manifest } of publicPackages()) {
      this.#link(`node_modules/${manifest.name}`, join(repositoryRoot, folder));
    }
    this.#link('node_modules/@types/node', join(repositoryRoot, 'node_modules/@types/node'));
  }

  /** What the type checker says about a block; empty when all is well. */
  typeErrors(block: CodeBlock): string[] {
    const program = ts.createProgram([this.#write(block)], { ...compilerOptions, noEmit: true });
    return ts.getPreEmitDiagnostics(program).map(({ messageText, file, start }) => {
      const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
      return `line ${line} of the block: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  }

  /** Runs a block on the cpu device, with a kernel cache of its own. */
  run(block: CodeBlock): RunResult {
    const source = this.#write(block);
    const script = source.replace(/ts$/, 'mjs');
    const { outputText } = ts.transpileModule(block.code, {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    });
    writeFileSync(script, outputText);
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
      cwd: this.#folder,
      encoding: 'utf8',
      timeout: runLimitMilliseconds,
      env: {
        ...process.env,
        DG_DEVICE: 'cpu',
        DG_JIT_CACHE_DIR: join(this.#folder, 'cache'),
      },
    });
    return { exitCode: status, stdout, stderr };
  }

  destroy(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(block: CodeBlock): string {
    const path = join(this.#folder, `${block.path.replace(/[^\w]/g, '-')}-${block.line}.ts`);
    writeFileSync(path, block.code);
    return path;
  }

  #link(name: string, target: string): void {
    const path = join(this.#folder, name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path, 'junction');
  }
}
