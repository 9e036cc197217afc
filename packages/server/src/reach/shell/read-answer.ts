import { outputBytesMax } from './round-message.ts'

/** One script's part of an answer. `syntax`: the shell could not read it; `too-long`: its output is not sent. */
export interface Frame {
  exitCode: number | 'syntax' | 'too-long'
  stdout: string
  stderr: string
}

/**
 * The frames of a round's answer, from its first `MARK:` to before its `MARK.`, in the scripts' order. undefined where the answer is not
 * whole: it was too long, or the shell's memory did not suffice. Bytes that are no UTF-8 become U+FFFD.
 */
export function readAnswer(answer: Buffer, mark: string, scripts: number): Frame[] | undefined {
  const cut = Buffer.from(`${mark}:`, 'latin1')
  let at = answer.indexOf(cut)
  if (at < 0) return undefined
  const said: string[] = []
  for (let script = 0; script < scripts; script += 1) {
    const from = at + cut.length
    at = answer.indexOf(cut, from)
    if (at < 0) return undefined
    said.push(at === from ? '' : answer.toString('utf8', from, Math.min(at, from + outputBytesMax)))
  }
  return readOutputs(answer, at + cut.length, said)
}

function readOutputs(answer: Buffer, start: number, said: readonly string[]): Frame[] | undefined {
  const frames: Frame[] = []
  let at = start
  for (const stderr of said) {
    const lineEnd = answer.indexOf(newline, at)
    if (lineEnd < 0) return undefined
    const [length, code] = answer.toString('latin1', at, lineEnd).split(' ')
    const end = lineEnd + 1 + Number(length)
    if (!(end <= answer.length)) return undefined
    const exitCode = code === 'syntax' || code === 'too-long' ? code : Number(code)
    if (Number.isNaN(exitCode)) return undefined
    frames.push({ exitCode, stdout: answer.toString('utf8', lineEnd + 1, end), stderr })
    at = end
  }
  return at + 1 === answer.length && answer[at] === semicolon ? frames : undefined
}

const newline = 10
const semicolon = 59
