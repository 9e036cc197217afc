import type { ApplyOutput } from './apply-output.ts'

/** What a run of the script came to, in words. `retryable`: another attempt may do better. */
export type Verdict = { kind: 'done'; text: string } | { kind: 'failed'; text: string; retryable: boolean }

/** How many failed resources a text names. */
const namedMax = 3
const messageLengthMax = 300

/** Reads the output and the script's exit code. Puppet's codes: 0 nothing to do, 2 changed, 4 failures, 6 both, 1 did not run. */
export function verdictOf(
  output: ApplyOutput,
  scriptExitCode: number,
  where: { node: string; sudo: boolean },
): Verdict {
  if (output.trouble || !output.begun) return failed(...beforePuppet(output, scriptExitCode, where))
  if (output.notInstalled) return done('Puppet is not installed there; without noop it would be installed first')
  const { exitCode = scriptExitCode, summary } = output
  const counts = countsOf(output)
  if ((exitCode === 0 || exitCode === 2) && summary) return done(counts)
  if (exitCode === 4 || exitCode === 6)
    return failed(`${counts}${failuresOf(output)}. Correct the manifest or the machine; what was changed stays`, true)
  if (exitCode === 1 || exitCode === 0) return didNotRun(output)
  return failed(`puppet apply ended with ${exitCode}: ${signalText(exitCode)}. See the log`, true)
}

function done(text: string): Verdict {
  return { kind: 'done', text }
}

function failed(text: string, retryable: boolean): Verdict {
  return { kind: 'failed', text, retryable }
}

/** The script could not get as far as Puppet: the reason, and whether another attempt may. */
function beforePuppet(
  { trouble, lastError }: ApplyOutput,
  exitCode: number,
  { node, sudo }: { node: string; sudo: boolean },
): [string, boolean] {
  const said = lastError === '' ? `exit code ${exitCode}` : cut(lastError)
  if (!trouble) return notBegun(said, { node, sudo })
  switch (trouble.kind) {
    case 'missing':
      return [`Puppet is not installed on ${node}. Install the package puppet there, or set install: true`, false]
    case 'no-root':
      return [
        `Puppet is not installed on ${node}, and the login is not root, so that it can't be. Set sudo: true, or install the package puppet there`,
        false,
      ]
    case 'no-tool':
      return [
        `Puppet is not installed on ${node}, which has none of apt-get, dnf, yum and zypper. Install it there by hand`,
        false,
      ]
    case 'install':
      return [
        `${trouble.tool} could not install Puppet on ${node}: ${said}. See that its package sources are in reach and have puppet-agent or puppet`,
        true,
      ]
    case 'modules':
      return [
        `the archive of modules can't be unpacked on ${node}: ${said}. It must be a tar.gz with the modules' folders at its top`,
        false,
      ]
    default:
      return trouble.kind satisfies never
  }
}

function notBegun(said: string, { node, sudo }: { node: string; sudo: boolean }): [string, boolean] {
  if (!sudo)
    return [
      `the script that applies the manifest did not begin on ${node}: ${said}. See its /bin/sh and home folder`,
      true,
    ]
  const todo = 'Let the login run commands as root without a password (NOPASSWD), or leave sudo out where it is root'
  return [`sudo on ${node} refused: ${said}. ${todo}`, false]
}

/** `12 resources, 3 changed, 0 failed in 8 s`. */
function countsOf({ summary, tookS, wouldChange }: ApplyOutput): string {
  const took = tookS === undefined ? '' : ` in ${tookS} s`
  if (!summary) return `no summary${took}`
  const { total, changed, failed, skipped, outOfSync } = summary
  if (wouldChange.length > 0 && changed === 0)
    return `${total} resources, ${outOfSync} would change, nothing was changed${took}`
  return `${total} resources, ${changed} changed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}${took}`
}

function failuresOf({ failures, errors }: ApplyOutput): string {
  // A resource may fail at more than one of its properties.
  const first = [...new Map(failures.map((failure) => [failure.resource, failure])).values()]
  if (first.length === 0) return errors[0] === undefined ? '' : `: ${cut(errors[0])}`
  const named = first.slice(0, namedMax).map(({ resource, message }) => `${resource}: ${cut(message)}`)
  const more = first.length - named.length
  return `: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}

function didNotRun({ errors, lastError }: ApplyOutput): Verdict {
  const error = errors.find((text) => manifestError.test(text))
  if (error !== undefined)
    return failed(`the manifest can't be used: ${cut(plainError(error))}. Correct it; nothing was changed`, false)
  return failed(`Puppet did not run: ${cut(errors[0] ?? lastError)}. See the log; nothing was changed`, true)
}

const manifestError = /\(file: |Evaluation Error|Syntax error|Could not parse|Could not find (class|resource|declared)/

/** Without what only a Puppet master's readers need, and with the manifest under the name that the action has for it. */
function plainError(text: string): string {
  return text
    .replace(/^Could not parse for environment [\w-]+: /, '')
    .replace(/^Evaluation Error: /, '')
    .replace(
      /\(file: \S*\/files\/(manifest\.pp), line: (\d+)(?:, column: (\d+))?\)/,
      (_, file, line, column) => `(${file}, line ${line}${column === undefined ? '' : `, column ${column}`})`,
    )
    .replace(/ on node \S+$/, '')
}

function signalText(exitCode: number): string {
  return exitCode > 128 && exitCode < 160 ? `ended by signal ${exitCode - 128}` : 'no code of its own'
}

function cut(text: string): string {
  const line = text.replace(/\.$/, '')
  return line.length <= messageLengthMax ? line : `${line.slice(0, messageLengthMax - 1)}…`
}
