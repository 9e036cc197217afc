import { expect, test } from 'vitest'
import { measuredText, seriesName } from './series-name.ts'

test('a series is called by its node, and by its JVM where it has one', () => {
  expect(seriesName({ node: { name: 'shop01' }, jvm: null })).toBe('shop01')
  expect(seriesName({ node: { name: 'shop01' }, jvm: { name: 'app' } })).toBe('shop01 · app')
})

test('what a counter is measured on is counted as what it is', () => {
  expect(measuredText([{ jvm: null }])).toBe('1 node')
  expect(measuredText([{ jvm: { name: 'app' } }, { jvm: { name: 'admin' } }])).toBe('2 JVMs')
})
