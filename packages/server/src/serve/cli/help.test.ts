import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { FakeClock } from '../../model/fake-clock.ts'
import { noFolder } from './cli.fixture.ts'
import { buildProgram } from './commands/tree.ts'
import { exitCodes } from './exit-code.ts'
import { commandsPage, helpOf } from './help-text.ts'

// UPDATE_HELP=1 writes the files anew; the difference is then looked at as code is.
const isUpdate = process.env.UPDATE_HELP === '1'
const folder = path.join(import.meta.dirname, 'help')
const page = path.join(import.meta.dirname, '../../../../../docs/commands.md')

function program() {
  const io = {
    stdout: { write: () => {} },
    stderr: { write: () => {} },
    stdin: Readable.from([]),
    environment: {},
    cwd: '/',
    isTty: false,
    colour: false,
    clock: new FakeClock(),
    version: '0.0.0',
    folder: noFolder,
    serve: async () => {},
  }
  return buildProgram({ io, exitCode: exitCodes.done })
}

function compare(file: string, text: string): void {
  if (isUpdate) writeFileSync(file, text)
  const known = existsSync(file) ? readFileSync(file, 'utf8') : ''
  expect(text, `${file} is not what the program says; UPDATE_HELP=1 writes it anew`).toBe(known)
}

const fileOf = (commandPath: string) => `${commandPath.replaceAll(' ', '-')}.txt`

test.each(helpOf(program()))('the help of $path is the one in help/', ({ path: commandPath, text }) => {
  if (isUpdate) mkdirSync(folder, { recursive: true })
  compare(path.join(folder, fileOf(commandPath)), text)
})

test('help/ holds no file of a command that is gone', () => {
  expect(readdirSync(folder).sort()).toEqual(
    helpOf(program())
      .map(({ path: commandPath }) => fileOf(commandPath))
      .sort(),
  )
})

test('docs/commands.md is what the program says', () => {
  compare(page, commandsPage(program()))
})

test('no line of help is wider than 100 characters', () => {
  for (const { path: commandPath, text } of helpOf(program()))
    for (const line of text.split('\n')) expect(line.length, `${commandPath}: ${line}`).toBeLessThanOrEqual(100)
})
