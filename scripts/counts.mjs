/**
 * Counts of a Vitest JSON report. A file that could not be loaded has no tests and counts as one failure, and so does a
 * run that failed without a failed test (an unhandled error, no report, no test that matches).
 */
export function countReport(report, exitCode) {
  const files = report?.testResults ?? []
  const states = files.flatMap((file) => file.assertionResults.map((test) => test.status))
  const count = (...names) => states.filter((state) => names.includes(state)).length
  const broken = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failed = count('failed') + broken
  return {
    passed: count('passed'),
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: count('skipped', 'pending', 'todo', 'disabled'),
  }
}

/** The line that a person, and whatever runs the tests, reads last. */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
