import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A part of a bench in a process of its own, so that its processor time and memory are nobody else's. */
export interface Part<Question, Answer> {
  readonly pid: number
  /** One question at a time. Rejects where the process fails or ends. */
  ask(question: Question): Promise<Answer>
  end(): Promise<void>
}

/** As the product is started. */
const productFlags = ['--max-semi-space-size=8']

/** Starts the file, which answers by `answerQuestions`, under Node with these flags. */
export function startPart<Question, Answer>(
  file: URL,
  flags: readonly string[] = productFlags,
): Part<Question, Answer> {
  const child = fork(file, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
    execArgv: [...flags],
  })
  return {
    pid: child.pid ?? 0,
    ask: (question) => askOf<Answer>(child, question, file),
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

function askOf<Answer>(child: ChildProcess, question: unknown, file: URL): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`${file.pathname} has ended before it answered; see above.`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      const answer = message as { answer: Answer } | { failed: string }
      if ('failed' in answer) reject(new Error(answer.failed))
      else resolve(answer.answer)
    })
    child.send(question as object)
  })
}

/** In the part's process: answers each question; ends with the parent. */
export function answerQuestions<Question>(answer: (question: Question) => Promise<unknown>): void {
  process.on('disconnect', () => process.exit(0))
  process.on('message', (question) => {
    answer(question as Question).then(
      (given) => process.send?.({ answer: given }),
      (thrown: Error) => process.send?.({ failed: thrown.stack ?? String(thrown) }),
    )
  })
}
