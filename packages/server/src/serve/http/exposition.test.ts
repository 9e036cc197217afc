import { expect, test } from 'vitest'
import { Histogram } from '../../desk/measure.ts'
import { exposition } from './exposition.ts'

test('the text is what Prometheus reads, odd names and numbers too', () => {
  const seconds = new Histogram([1, 5])
  for (const value of [0.5, 3, 9]) seconds.observe(value, { outcome: 'succeeded' })
  const text = exposition([
    { name: 'tscaler_run_seconds', help: 'How long runs took.', type: 'histogram', values: seconds.values() },
    {
      name: 'tscaler_x',
      help: 'Two\nlines.',
      type: 'gauge',
      values: [{ labels: { node: 'a"b\\c\nd' }, value: Number.POSITIVE_INFINITY }],
    },
  ])
  expect(text).toBe(`# HELP tscaler_run_seconds How long runs took.
# TYPE tscaler_run_seconds histogram
tscaler_run_seconds_bucket{outcome="succeeded",le="1"} 1
tscaler_run_seconds_bucket{outcome="succeeded",le="5"} 2
tscaler_run_seconds_bucket{outcome="succeeded",le="+Inf"} 3
tscaler_run_seconds_sum{outcome="succeeded"} 12.5
tscaler_run_seconds_count{outcome="succeeded"} 3
# HELP tscaler_x Two\\nlines.
# TYPE tscaler_x gauge
tscaler_x{node="a\\"b\\\\c\\nd"} +Inf
`)
})
