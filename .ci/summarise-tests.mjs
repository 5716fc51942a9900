// Prints `N passed, N failed, N skipped` from vitest's JSON report. Exits non-zero when the command that wrote the
// report did, when a test failed, or when none was executed.
import { existsSync, readFileSync } from 'node:fs';

const [reportPath, commandStatus] = process.argv.slice(2);
const report = existsSync(reportPath) ? JSON.parse(readFileSync(reportPath, 'utf8')) : { testResults: [] };

const states = report.testResults.flatMap(({ assertionResults }) =>
  assertionResults.map(({ status }) => status),
);
const count = (state) => states.filter((each) => each === state).length;
// A file that cannot be loaded has no tests to fail.
const brokenFiles = report.testResults.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
).length;

const passed = count('passed');
const failed = count('failed') + brokenFiles;
const skipped = states.length - passed - count('failed');

if (states.length === 0) process.stderr.write('no test was executed: the command stopped before them\n');
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = Number(commandStatus) || (failed > 0 || passed === 0 ? 1 : 0);
