import { expect, test } from 'vitest'
import { TscalerError } from '../../model/problem.ts'
import { tellTrouble, troubleOf } from './trouble.ts'

function told(thrown: unknown, json = false): string {
  let text = ''
  tellTrouble({ stderr: { write: (part: string) => (text += part) } }, troubleOf(thrown), json)
  return text
}

const findings = [
  { path: 'port', message: 'got "x", expected a port' },
  { path: '', message: 'is empty.' },
]

test.each([
  {
    name: 'a sentence',
    error: new TscalerError('not-found', 'There is no run 9'),
    text: 'tscaler: There is no run 9.\n',
  },
  {
    name: "a request's findings, once",
    error: new TscalerError('bad-input', `The node can't be taken as given: port: got "x"; and 1 more`, { findings }),
    text: `tscaler: The node can't be taken as given:\n  port: got "x", expected a port.\n  is empty.\n`,
  },
  {
    name: "the settings' findings, once",
    error: new TscalerError('bad-input', `The settings can't be used:\n  port: got "x"`, { findings }),
    text: `tscaler: The settings can't be used:\n  port: got "x", expected a port.\n  is empty.\n`,
  },
  {
    name: 'what a machine said, without its control characters',
    error: new TscalerError('node-unreachable', 'shop01: \u001b[2Jgone\u0007'),
    text: 'tscaler: shop01: gone.\n',
  },
])('$name', ({ error, text }) => expect(told(error)).toBe(text))

test('with --json it is one line, a problem document', () => {
  const text = told(new TscalerError('bad-input', 'No', { findings }), true)
  expect(text.endsWith('}\n')).toBe(true)
  expect(JSON.parse(text)).toEqual({ type: 'urn:tscaler:error:bad-input', detail: 'No', findings })
})

test('a fault of the command itself says so, with its stack', () => {
  expect(told(new RangeError('oops'))).toMatch(/^tscaler: A fault in this command; please report it\. RangeError: oops/)
})
