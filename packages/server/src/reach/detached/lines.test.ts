import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Lines } from './lines.ts'

function linesOf(chunks: readonly Buffer[]): { lines: string[]; bytes: number } {
  const seen: string[] = []
  const lines = new Lines((line) => seen.push(line))
  for (const chunk of chunks) lines.push(chunk)
  lines.end()
  return { lines: seen, bytes: lines.bytes }
}

test('however bytes are cut into pieces, the lines are the same', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\n', '\r') }),
      fc.array(fc.nat(20)),
      (text, cuts) => {
        const whole = Buffer.from(text)
        const chunks: Buffer[] = []
        let at = 0
        for (const cut of [...cuts, whole.length]) {
          chunks.push(whole.subarray(at, at + cut))
          at += cut
        }
        const expected = text.split('\n')
        if (expected.at(-1) === '') expected.pop()
        expect(linesOf(chunks)).toEqual({ lines: expected, bytes: whole.length })
      },
    ),
  )
})

test('a line that never ends is handed on in pieces', () => {
  const { lines } = linesOf([Buffer.from('x'.repeat(150_000))])
  expect(lines.map((line) => line.length)).toEqual([65_536, 65_536, 18_928])
})
