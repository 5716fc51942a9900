import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputNames } from './commands.js';
import type { PlannedPart } from './plan-parts.js';

interface TestReport {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

/** The few words about a part that its log and results say, for the last table. */
export function partDetail({ name, log }: PlannedPart, outputs: string): string {
  switch (name) {
    case 'test':
      return testDetail(read(join(outputs, outputNames.tests)));
    case 'bench':
      return benchDetail(read(join(outputs, outputNames.bench)), read(join(outputs, log)));
    default:
      return lastLine(read(join(outputs, log)));
  }
}

export function testDetail(json: string): string {
  if (json === '') return 'no report: the run did not end';
  const report = JSON.parse(json) as TestReport;
  const { numTotalTests, numPassedTests, numFailedTests, numPendingTests } = report;
  return `${numPassedTests} of ${numTotalTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
}

export function benchDetail(jsonLines: string, log: string): string {
  const count = (text: string, pattern: RegExp) =>
    text.split('\n').filter((line) => pattern.test(line)).length;
  return `${count(jsonLines, /\S/)} rows, ${count(log, /^FAILED /)} failed`;
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
