import { TscalerError } from '../../model/problem.ts'
import type { CliIo, Input } from './io.ts'

type Asking = Pick<CliIo, 'stdin' | 'stderr' | 'isTty'>

/** Whether a person answers yes; anything but y and yes is no. */
export async function confirm({ stdin, stderr }: Asking, question: string): Promise<boolean> {
  stderr.write(`${question} [y/N] `)
  const answer = await readLine(stdin)
  if (answer === undefined) stderr.write('\n')
  return /^\s*y(es)?\s*$/i.test(answer ?? '')
}

/**
 * A password: typed unseen, and twice, by a person; else the first line of stdin. It is never an argument, where process
 * lists would show it.
 */
export async function askPassword(io: Asking, what: string): Promise<string> {
  if (!io.isTty || io.stdin.setRawMode === undefined) {
    const line = await readLine(io.stdin)
    if (line) return line
    throw new TscalerError('wrong-usage', `${what}: expected it as the first line of stdin, got nothing.`)
  }
  const first = await readUnseen(io, `${what}: `)
  const again = await readUnseen(io, 'The same again: ')
  if (first === again && first !== '') return first
  const seen = first === '' ? 'nothing was typed' : 'the two are not the same'
  throw new TscalerError('bad-input', `${what}: ${seen}. Nothing was changed; call the command again.`)
}

const lineCharactersMax = 65_536 // the longest secret there may be

/** The next line of the input without its end; undefined where the input ended before it began. */
function readLine(stdin: Input): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let text = ''
    const take = (chunk: Buffer | string) => {
      text += chunk.toString()
      const end = text.indexOf('\n')
      if (end >= 0 || text.length > lineCharactersMax) finish(end < 0 ? text : text.slice(0, end).replace(/\r$/, ''))
    }
    const ended = () => finish(text === '' ? undefined : text)
    function finish(line: string | undefined) {
      stdin.off('data', take).off('end', ended).off('error', reject).pause()
      resolve(line)
    }
    stdin.on('data', take).on('end', ended).on('error', reject).resume()
  })
}

/** What is typed until Enter, with nothing of it shown. */
async function readUnseen({ stdin, stderr }: Asking, prompt: string): Promise<string> {
  stderr.write(prompt)
  stdin.setRawMode?.(true)
  try {
    return await typed(stdin)
  } finally {
    stdin.setRawMode?.(false)
    stderr.write('\n')
  }
}

function typed(stdin: Input): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const finish = (end: () => void) => {
      stdin.off('data', take).pause()
      end()
    }
    const take = (chunk: Buffer | string) => {
      for (const character of chunk.toString()) {
        if (character === '\r' || character === '\n') return finish(() => resolve(text))
        // Ctrl-C and Ctrl-D: a terminal in this mode raises no signal for them.
        if (character === '\u0003' || character === '\u0004') return finish(() => reject(brokenOff()))
        if (character === '\u007f' || character === '\b') text = [...text].slice(0, -1).join('')
        else if (text.length < lineCharactersMax) text += character
      }
    }
    stdin.on('data', take).resume()
  })
}

function brokenOff(): TscalerError {
  return new TscalerError('bad-input', 'The question was broken off. Nothing was changed.')
}

/** That a command asks before it goes on, and nobody is there to answer. */
export function needsYes(command: string): TscalerError {
  return new TscalerError(
    'wrong-usage',
    `\`tscaler ${command}\` asks before it changes anything, and nobody is there to answer: look at its plan, then add --yes.`,
  )
}
