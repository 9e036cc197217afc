import { expect, test } from 'vitest'
import { openOut } from './out.ts'

function speak({
  colour = true,
  environment = {},
  json = false,
}: {
  colour?: boolean
  environment?: Record<string, string>
  json?: boolean
} = {}) {
  let text = ''
  const stdout = { write: (part: string) => (text += part) }
  return { out: openOut({ stdout, stderr: stdout, colour, environment }, json), text: () => text }
}

test('a tone is a colour on a terminal', () => {
  const { out, text } = speak()
  out.line('well', 'good')
  expect(text()).toBe('\u001b[32mwell\u001b[39m\n')
})

test.each([
  { name: 'not on a terminal', options: { colour: false } },
  { name: 'with NO_COLOR', options: { environment: { NO_COLOR: '1' } } },
])('no colour $name', ({ options }) => {
  const { out, text } = speak(options)
  out.line('well', 'good')
  expect(text()).toBe('well\n')
})

test('an answer is words for people and one JSON document for programs', () => {
  const forPeople = speak()
  forPeople.out.answer({ a: 1 }, () => forPeople.out.line('one'))
  expect(forPeople.text()).toBe('one\n')
  const forPrograms = speak({ json: true })
  forPrograms.out.answer({ a: 1 }, () => forPrograms.out.line('one'))
  expect(forPrograms.text()).toBe('{\n  "a": 1\n}\n')
})

test('what machines say can move no cursor', () => {
  const { out, text } = speak({ colour: false })
  out.line('a\u001b[2Jb\rc')
  out.table(['NAME'], [['x\u0007y']])
  expect(text()).toBe('abc\nNAME\nxy\n')
})
