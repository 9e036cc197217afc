import { type ActionKind, type Attempt, TaskFailed } from '../../action.ts'
import { followDetached, probeDetached, runDetached } from '../detached.ts'
import { environmentOf } from '../environment.ts'
import { eachTargetFields } from '../fields.ts'
import { machineOf } from '../machine-of.ts'
import { ApplyOutput } from './apply-output.ts'
import { applyScript } from './apply-script.ts'
import { type Verdict, verdictOf } from './verdict.ts'

/** The modules of a large site; a run's row and the document of a configuration hold it, half as large again. */
const modulesBytesMax = 8 * 1_048_576

/** A Puppet manifest, applied on each target by `puppet apply`, over SSH, started detached. */
export const osConfiguration: ActionKind = {
  id: 'osConfiguration',
  summary: 'Applies a Puppet manifest on each target, over SSH; installs Puppet there where it is missing.',
  effect: 'none',
  per: 'each',
  onServer: false,
  slow: true,
  fields: {
    manifest: {
      kind: 'text',
      help: 'A Puppet manifest. Values are in the facts tscaler_…, secrets in the facts tscaler_secret_….',
      lines: 15,
    },
    modules: {
      kind: 'file',
      help: "A tar.gz of Puppet modules, their folders at its top or in modules/; the machine's own come after them.",
      optional: true,
      bytesMax: modulesBytesMax,
    },
    sudo: { kind: 'flag', help: 'Run Puppet as root, by sudo without a password.', default: false },
    install: {
      kind: 'flag',
      help: 'Install Puppet where it is missing, with apt-get, dnf, yum or zypper; needs root.',
      default: true,
    },
    noop: { kind: 'flag', help: 'Only find out what would change.', default: false },
    ...eachTargetFields,
  },
  plan({ manifest, modules, sudo, noop }, target) {
    const lines = String(manifest).trimEnd().split('\n').length
    const what = `a Puppet manifest (${lines} ${lines === 1 ? 'line' : 'lines'}${modules === undefined ? '' : ', with modules'})`
    return `${noop === true ? 'try' : 'apply'} ${what}${sudo === true ? ' as root' : ''} on ${target?.name ?? 'no node'}${noop === true ? ', changing nothing' : ''}`
  },
  async preview(attempt) {
    const { verdict, output } = await apply({ ...attempt, log: () => {} }, { noop: true })
    if (verdict.kind === 'failed') return [`would fail: ${verdict.text}`]
    if (output.notInstalled) return ['would install Puppet first; what the manifest changes can be told only then']
    return output.wouldChange.length > 0 ? output.wouldChange : ['would change nothing']
  },
  async run(attempt) {
    report(attempt, (await apply(attempt, { noop: attempt.fields.noop === true })).verdict)
  },
  probe: async (attempt) => probeDetached(attempt, machineOf(attempt, work)),
  async resume(attempt) {
    const { watched, output } = watch(attempt)
    report(
      attempt,
      await judged(attempt, output, (explain) => followDetached(watched, machineOf(attempt, work), explain)),
    )
  },
  forget: async ({ machine, folder }) => machine?.forgetDetached(folder),
}

const work = 'apply the manifest on'

async function apply(
  attempt: Attempt,
  { noop }: { noop: boolean },
): Promise<{ verdict: Verdict; output: ApplyOutput }> {
  const { manifest, sudo, install } = attempt.fields
  const machine = machineOf(attempt, work)
  const script = applyScript({
    manifest: String(manifest),
    modules: modulesOf(attempt),
    sudo: sudo === true,
    install: install === true,
    noop,
    env: environmentOf(attempt),
    secretNames: Object.keys(attempt.secrets),
  })
  const { watched, output } = watch(attempt)
  return {
    verdict: await judged(attempt, output, (explain) => runDetached(watched, machine, script, explain)),
    output,
  }
}

function modulesOf({ fields }: Attempt): Uint8Array | null {
  if (typeof fields.modules !== 'string') return null
  const bytes = Buffer.from(fields.modules, 'base64')
  // Said before a node is touched; RFC 1952, 2.3.1: how each gzip begins.
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return bytes
  throw new TaskFailed("modules is no tar.gz: pack the modules' folders with tar -czf", { retryable: false })
}

/** The attempt with a log that leaves out what only `output` reads; the same lines again when it is followed again. */
function watch(attempt: Attempt): { watched: Attempt; output: ApplyOutput } {
  const output = new ApplyOutput()
  const log: Attempt['log'] = (text, stream = 'out') => {
    if (stream === 'note' || output.take(text, stream)) attempt.log(text, stream)
  }
  return { watched: { ...attempt, log }, output }
}

/** What the script came to. Throws what kept it from its end, such as the time limit. */
async function judged(
  { node, fields }: Attempt,
  output: ApplyOutput,
  follow: (explain: (exitCode: number) => TaskFailed) => Promise<void>,
): Promise<Verdict> {
  const where = { node: node?.name ?? 'the node', sudo: fields.sudo === true }
  let verdict: Verdict | undefined
  const explain = (exitCode: number): TaskFailed => {
    verdict = verdictOf(output, exitCode, where)
    return new TaskFailed(verdict.text, { retryable: verdict.kind === 'failed' && verdict.retryable })
  }
  try {
    await follow(explain)
  } catch (thrown) {
    if (verdict === undefined) throw thrown
  }
  return verdict ?? verdictOf(output, 0, where)
}

function report({ remark }: Attempt, verdict: Verdict): void {
  if (verdict.kind === 'failed') throw new TaskFailed(verdict.text, { retryable: verdict.retryable })
  remark(verdict.text)
}
