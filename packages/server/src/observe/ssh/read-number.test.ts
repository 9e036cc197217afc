import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RoundAnswer } from '../../reach/machine.ts'
import { readNumbers } from './read-number.ts'

function output(stdout: string, exitCode = 0, stderr = ''): RoundAnswer {
  return { kind: 'output', exitCode, stdout, stderr }
}

test.each([
  { name: 'an integer', stdout: '42\n', value: 42 },
  { name: 'a decimal', stdout: '0.25\n', value: 0.25 },
  { name: 'a negative number', stdout: '-3', value: -3 },
  { name: 'an exponent', stdout: '1e3\n', value: 1000 },
  { name: 'white space around it', stdout: '  7 \n\n', value: 7 },
  { name: 'nothing before the dot', stdout: '.5', value: 0.5 },
])('a number is read: $name', ({ stdout, value }) => {
  expect(readNumbers(output(stdout), 1)).toEqual({ kind: 'numbers', numbers: [value] })
})

test.each([
  {
    name: 'nothing',
    answer: output('  \n'),
    failure: 'no-output',
    text: 'printed nothing. Make the script print one number.',
  },
  {
    name: 'nothing but a complaint',
    answer: output('', 0, 'cut: no such file\n'),
    failure: 'no-output',
    text: 'printed nothing and said "cut: no such file". Make the script print one number.',
  },
  {
    name: 'two numbers',
    answer: output('1 2'),
    failure: 'not-a-number',
    text: 'printed "1 2" instead of one number. Make the script print one number and nothing else.',
  },
  {
    name: 'two lines',
    answer: output('1\n2\n'),
    failure: 'not-a-number',
    text: 'printed "1\\n2" instead of one number. Make the script print one number and nothing else.',
  },
  {
    name: 'text',
    answer: output('busy'),
    failure: 'not-a-number',
    text: 'printed "busy" instead of one number. Make the script print one number and nothing else.',
  },
  {
    name: 'infinity',
    answer: output('inf'),
    failure: 'not-a-number',
    text: 'printed "inf" instead of one number. Make the script print one number and nothing else.',
  },
  {
    name: 'a number too large',
    answer: output('1e999'),
    failure: 'not-a-number',
    text: 'printed "1e999" instead of one number. Make the script print one number and nothing else.',
  },
  {
    name: 'hexadecimal',
    answer: output('0x10'),
    failure: 'not-a-number',
    text: 'printed "0x10" instead of one number. Make the script print one number and nothing else.',
  },
  {
    name: 'a number and a non-zero exit',
    answer: output('5', 3, 'oops'),
    failure: 'exit',
    text: 'exited with 3 and said "oops". Make the script exit with 0.',
  },
])('a bad output is a failure and never 0: $name', ({ answer, failure, text }) => {
  expect(readNumbers(answer, 1)).toEqual({ kind: 'failure', failure, text })
})

test('a long output is cut where it is shown', () => {
  const reading = readNumbers(output('x'.repeat(10_000)), 1)
  expect(reading.kind === 'failure' && reading.text.length).toBeLessThan(400)
})

test('a failure of the round stays what it is', () => {
  const answer: RoundAnswer = { kind: 'failure', failure: 'timeout', text: 'ran longer than 3s' }
  expect(readNumbers(answer, 1)).toEqual(answer)
})

test('any text is either finite numbers, as many as expected, or a failure', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 3 }), (text, expected) => {
      const reading = readNumbers(output(text), expected)
      if (reading.kind === 'numbers') {
        expect(reading.numbers).toHaveLength(expected)
        expect(reading.numbers.every(Number.isFinite)).toBe(true)
      } else expect(reading.text).not.toBe('')
    }),
  )
})
