import { expect, test } from 'vitest'
import { readServeFlags } from './serve-flags.ts'

test('without flags every role is served', () => {
  expect(readServeFlags([])).toEqual({ roles: ['all'], rehearsal: false })
})

test('flags are handed on as given', () => {
  expect(readServeFlags(['--role', 'web,worker', '--data', 'd', '--port=0', '--host', '::1', '--rehearsal'])).toEqual({
    roles: ['web', 'worker'],
    dataFolder: 'd',
    port: '0',
    host: '::1',
    rehearsal: true,
  })
})

const help = ' `tscaler serve --help` shows what it takes.'
test.each([
  {
    name: 'an unknown option',
    args: ['--prot', '1'],
    message: `"--prot" is no option of serve. Did you mean --port?${help}`,
  },
  {
    name: 'one that is like none',
    args: ['-x'],
    message: `"-x" is no option of serve. There are --role, --data, --port, --host, --rehearsal.${help}`,
  },
  { name: 'a value that is missing', args: ['--port'], message: `Option '--port <value>' argument missing.${help}` },
  { name: 'a word too many', args: ['now'], message: `Unexpected argument 'now'.${help}` },
  {
    name: 'an unknown role',
    args: ['--role', 'web,boss'],
    message: '--role: got "boss", expected all, web, scheduler, worker, or several with commas.',
  },
])('$name is wrong usage', ({ args, message }) => {
  expect(() => readServeFlags(args)).toThrow(expect.objectContaining({ code: 'wrong-usage', message }))
})
