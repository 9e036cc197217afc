import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { askPassword, confirm } from './ask.ts'

function terminal({ isTty = true } = {}) {
  const stdin = new PassThrough()
  const modes: boolean[] = []
  const shown: string[] = []
  const io = {
    stdin: Object.assign(stdin, isTty ? { setRawMode: (on: boolean) => modes.push(on) } : {}),
    stderr: { write: (text: string) => shown.push(text) },
    isTty,
  }
  return { io, stdin, modes, shown }
}

test.each([
  { typed: 'y\n', expected: true },
  { typed: 'YES\n', expected: true },
  { typed: ' y \r\n', expected: true },
  { typed: '\n', expected: false },
  { typed: 'n\n', expected: false },
  { typed: 'yesterday\n', expected: false },
])('confirm: $typed is $expected', async ({ typed, expected }) => {
  const { io, stdin, shown } = terminal()
  stdin.write(typed)
  expect(await confirm(io, 'Go on?')).toBe(expected)
  expect(shown.join('')).toBe('Go on? [y/N] ')
})

test('confirm: the end of the input is a no', async () => {
  const { io, stdin } = terminal()
  stdin.end()
  expect(await confirm(io, 'Go on?')).toBe(false)
})

test('a password is typed twice, unseen, and may be corrected', async () => {
  const { io, stdin, shown, modes } = terminal()
  const asked = askPassword(io, 'New password of ada')
  stdin.write('secrex\u007ft\r')
  await new Promise((resolve) => setImmediate(resolve))
  stdin.write('secret\r')
  expect(await asked).toBe('secret')
  expect(shown.join('')).toBe('New password of ada: \nThe same again: \n')
  expect(modes).toEqual([true, false, true, false])
})

test('two passwords that differ are refused, and neither is shown', async () => {
  const { io, stdin } = terminal()
  const asked = askPassword(io, 'New password of ada')
  stdin.write('one\r')
  await new Promise((resolve) => setImmediate(resolve))
  stdin.write('two\r')
  await expect(asked).rejects.toThrow(
    'New password of ada: the two are not the same. Nothing was changed; call the command again.',
  )
})

test('Ctrl-C breaks off and gives the terminal back', async () => {
  const { io, stdin, modes } = terminal()
  stdin.write('sec\u0003')
  await expect(askPassword(io, 'New password of ada')).rejects.toThrow(
    'The question was broken off. Nothing was changed.',
  )
  expect(modes).toEqual([true, false])
})

test('without a terminal the password is the first line of stdin', async () => {
  const { io, stdin } = terminal({ isTty: false })
  stdin.end('from a pipe\nmore')
  expect(await askPassword(io, 'New password of ada')).toBe('from a pipe')
})

test('without a terminal and with an empty stdin it is wrong usage', async () => {
  const { io, stdin } = terminal({ isTty: false })
  stdin.end()
  await expect(askPassword(io, 'New password of ada')).rejects.toMatchObject({ code: 'wrong-usage' })
})
