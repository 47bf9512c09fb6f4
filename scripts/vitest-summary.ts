// A vitest reporter that ends every run with one line, `N passed, N failed`, summed over all projects, for people and CI.
import { writeSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

const stdout = 1;

interface Counts {
  passed: number;
  failed: number;
}

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const { passed, failed } = countTests(modules, unhandledErrors.length);
    // At the very end, so that no other reporter writes after it.
    process.once('exit', () => writeSync(stdout, `\n${passed} passed, ${failed} failed\n`));
  }
}

/** A file that could not run and an error outside every test count as failed: nothing broken may look green. */
function countTests(modules: readonly TestModule[], unhandledErrors: number): Counts {
  const counts: Counts = { passed: 0, failed: unhandledErrors };
  for (const module of modules) {
    const failedBefore = counts.failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed += 1;
      if (state === 'failed' || state === 'pending') counts.failed += 1;
    }
    if (module.state() === 'failed' && counts.failed === failedBefore) counts.failed += 1;
  }
  return counts;
}
