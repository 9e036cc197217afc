import { NoAnswerError, ProblemError } from '../api.ts'

/** Anything that went wrong: what happened and what to do, with the fields at fault. Nothing where there is no error. */
export function Trouble({ error, shown }: { error: unknown; shown?: readonly string[] }) {
  if (error === null || error === undefined) return null
  const findings = error instanceof ProblemError ? (error.problem.findings ?? []) : []
  // What a form shows at its fields is not said twice.
  const rest = findings.filter(({ path }) => !shown?.includes(path))
  return (
    <div className="trouble" role="alert">
      <strong>{titleOf(error)}</strong>
      {(findings.length === 0 || rest.length > 0 || shown === undefined) && <p>{textOf(error)}</p>}
      {findings.length > 0 && rest.length === 0 && shown !== undefined && <p>See the marked fields.</p>}
      {rest.length > 1 && (
        <ul>
          {rest.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path || 'the whole'}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function titleOf(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.title
  return error instanceof NoAnswerError ? 'No answer' : 'This page has failed'
}

/** The words of an error. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
