import type { LoggedSample } from './sample-log.ts'

/** `{at, cluster, node, counter, jvm?, value}` or `{…, failure, text}`, `at` in ISO 8601 UTC, with its line's end. */
export function formatSampleLine({ cluster, node, counter, jvm, sample }: LoggedSample): string {
  const of = { at: new Date(sample.at).toISOString(), cluster, node, counter, jvm }
  const outcome = sample.kind === 'value' ? { value: sample.value } : { failure: sample.failure, text: sample.text }
  return `${JSON.stringify({ ...of, ...outcome })}\n`
}
