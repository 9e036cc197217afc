import { randomBytes } from 'node:crypto'
import type { Clock } from '../../model/clock.ts'
import { ReachFailure } from '../failure.ts'
import type { ShellHost } from './host.ts'
import { type SessionEnd, ShellSession } from './session.ts'

/** Until when a round lasts (monotonic), and how long one answer may take. */
export interface Limits {
  deadlineMs: number
  endAt: number
  stepMs: number
}

/** How asking ended: with the last answer, without the next one in time, or with the shell. `answers` came before. */
export type Asked =
  | { kind: 'answered'; answers: number }
  | { kind: 'late'; answers: number }
  | { kind: 'ended'; answers: number; end: SessionEnd }

/** Asks a shell, `together` for one answer, else for one a script; each goes to `take` as it comes. Never rejects. */
export function ask(
  session: ShellSession,
  scripts: readonly string[],
  { together, clock, limits }: { together: boolean; clock: Clock; limits: Limits },
  take: (bytes: Buffer, mark: string) => void,
): Promise<Asked> {
  return new Promise((resolve) => {
    const expected = together ? 1 : scripts.length
    let answers = 0
    let cancel = clock.after(timeLeft(clock, limits), late)
    function finish(asked: Asked): void {
      cancel()
      session.forget()
      resolve(asked)
    }
    function late(): void {
      finish({ kind: 'late', answers })
    }
    function answered(bytes: Buffer, mark: string): void {
      take(bytes, mark)
      answers += 1
      if (answers === expected) finish({ kind: 'answered', answers })
      else {
        cancel()
        cancel = clock.after(timeLeft(clock, limits), late)
      }
    }
    session.ask(scripts, together, { answered, ended: (end) => finish({ kind: 'ended', answers, end }) })
  })
}

/** A new shell that stays. Rejects with `ReachFailure`, also when there is none by `endAt`; the connecting then goes on by itself. */
export function openSession(host: ShellHost, clock: Clock, { endAt, deadlineMs }: Limits): Promise<ShellSession> {
  return new Promise((resolve, reject) => {
    let waited = true
    const cancel = clock.after(Math.max(0, endAt - clock.monotonic()), () => {
      waited = false
      const text = `${host.nodeName}: no connection within ${deadlineMs / 1_000} s; it is still being made. See that host, port and network are right.`
      reject(new ReachFailure('unreachable', text))
    })
    host.open('stay', 'round').then(
      (stream) => {
        cancel()
        if (waited) resolve(new ShellSession(stream, randomBytes(markBytes).toString('hex'), () => host.proved()))
        else stream.close()
      },
      (thrown) => {
        cancel()
        reject(thrown)
      },
    )
  })
}

/** 64 bits: nobody guesses it within a connection's life. */
const markBytes = 8

function timeLeft(clock: Clock, { endAt, stepMs }: Limits): number {
  return Math.max(0, Math.min(stepMs, endAt - clock.monotonic()))
}
