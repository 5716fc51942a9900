import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { packageRoot } from '../../package-root.js';
import type { DeviceHandle, EventHandle, KernelHandle, NativeBinding, StreamHandle } from '../binding.js';

const root = packageRoot();
const fakeDriverDirectory = join(root, 'build', 'fake-driver');
const needed = [join(root, 'build', 'Release', 'dg_runtime.node'), join(fakeDriverDirectory, 'libcuda.so.1')];
const missing = needed.filter((path) => !existsSync(path));

if (missing.length > 0) {
  process.stderr.write(`SKIPPED: tests of the native addon, not built: ${missing.join(', ')}\n`);
}

/** A suite that needs the built addon and fake driver; skipped with a notice where they are not built. */
export const describeNative: (name: string, body: () => void) => void = describe.skipIf(missing.length > 0);

export interface PlainError {
  readonly name?: string;
  readonly message?: string;
  readonly cuResult?: number;
  readonly cuResultName?: string;
  readonly cuCall?: string;
}

export type Argument =
  | { readonly bytes: number; readonly value: number }
  | {
      readonly map: {
        readonly address: number;
        readonly element: number;
        readonly rank: number;
        readonly swizzle: number;
        readonly l2Promotion: number;
        readonly dims: readonly number[];
        readonly stridesBytes: readonly number[];
        readonly box: readonly number[];
      };
    };

export interface Header {
  readonly grid?: readonly number[];
  readonly block?: readonly number[];
  readonly cluster?: readonly number[];
  readonly shared?: number;
  readonly flags?: number;
  /** The number of arguments to claim. */
  readonly count?: number;
}

/** What native/test/child.cjs gives to a test's function. */
export interface Kit {
  readonly binding: NativeBinding;
  scalar(bytes: number, value: number): Argument;
  command(header: Header, args: readonly Argument[]): Uint8Array;
  image(text: string): Uint8Array;
  begin(): { device: DeviceHandle; stream: StreamHandle };
  launch(
    device: DeviceHandle,
    stream: StreamHandle,
    text: string,
    args: readonly Argument[],
    header?: Header,
  ): KernelHandle;
  wait(event: EventHandle): Promise<void>;
  failure(call: () => unknown): PlainError | undefined;
  describeError(error: unknown): PlainError;
  trace(): string[];
  sleep(milliseconds: number): Promise<void>;
  inWorker<T, A>(
    body: (kit: Kit, argument: A) => T | Promise<T>,
    argument: A,
    options?: { terminateAfter?: number },
  ): Promise<{ result?: T; error?: PlainError; exitCode: number }>;
}

export interface ChildOutcome<T> {
  readonly result: T | undefined;
  readonly error: PlainError | undefined;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  /** The creating, freeing and waiting driver calls, in order. */
  readonly trace: readonly string[];
}

/**
 * Runs `body` in a process of its own on the fake driver. Its source text is sent: it can use nothing but
 * its argument.
 */
export const inChild = async <T>(
  body: (kit: Kit) => T | Promise<T>,
  env: Readonly<Record<string, string>> = {},
  nodeArguments: readonly string[] = [],
): Promise<ChildOutcome<T>> => {
  const directory = mkdtempSync(join(tmpdir(), 'dg-native-'));
  const tracePath = join(directory, 'trace');
  try {
    const child = spawn(
      process.execPath,
      [...nodeArguments, join(root, 'native', 'test', 'child.cjs'), body.toString()],
      { env: { ...process.env, LD_LIBRARY_PATH: fakeDriverDirectory, FAKE_CUDA_TRACE: tracePath, ...env } },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    const [exitCode, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, closeSignal) => resolve([code, closeSignal]));
    });
    const reported = (stdout === '' ? {} : JSON.parse(stdout)) as { result?: T; error?: PlainError };
    const trace = existsSync(tracePath) ? readFileSync(tracePath, 'utf8').trimEnd().split('\n') : [];
    return { result: reported.result, error: reported.error, exitCode, signal, stderr, trace };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

/** As `inChild`, for a body that has to end well: what it returned. */
export const resultOf = async <T>(
  body: (kit: Kit) => T | Promise<T>,
  env: Readonly<Record<string, string>> = {},
  nodeArguments: readonly string[] = [],
): Promise<T> => {
  const outcome = await inChild(body, env, nodeArguments);
  if (outcome.error !== undefined || outcome.exitCode !== 0 || outcome.stderr !== '') {
    throw new Error(`the child failed: ${JSON.stringify(outcome)}`);
  }
  return outcome.result as T;
};
