import type { ProblemCode } from '../../model/problem.ts'

/** What a command ends with; scripts hold on to these numbers. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2, refused: 3, unreachable: 4 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The exit code of something that went wrong. */
export function exitCodeOf(code: ProblemCode): ExitCode {
  switch (code) {
    case 'wrong-usage':
      return exitCodes.wrongUsage
    case 'refused-by-guard':
      return exitCodes.refused
    case 'cannot-reach-server':
      return exitCodes.unreachable
    default:
      return exitCodes.failed
  }
}
