import type { Clock } from '../../model/clock.ts'
import { failureOf } from '../failure.ts'
import type { MachineCheck } from '../machine.ts'
import type { ShellHost } from './host.ts'
import { runOnce } from './run-once.ts'

/** Prints one line each: user, system, home folder, setsid, sudo. The first word says whether it is well. */
const program = [
  'LC_ALL=C; export LC_ALL; umask 077',
  'echo "ok $(id -un) on $(uname -srm)"',
  'if mkdir -p "${HOME:?}/.tscaler" && : >"$HOME/.tscaler/.check-$$" && rm -f "$HOME/.tscaler/.check-$$"; then echo "ok $HOME/.tscaler"; else echo "bad $HOME/.tscaler"; fi',
  'if [ -r /proc/loadavg ]; then echo ok; else echo bad; fi',
  'if sudo -n true >/dev/null 2>&1; then echo ok; else echo no; fi',
].join('; ')

/** Logging in and a few programs; machines with a heavy profile need a second. */
const limitMs = 20_000

/** Connects and tries what rounds and detached scripts need. Never rejects; sudo is told, but needs not be there. */
export async function checkShell(host: ShellHost, clock: Clock): Promise<MachineCheck> {
  try {
    const { out, err } = await runOnce(host, { program, input: '', place: 'urgent', clock, limitMs })
    const [shell = '', folder = '', proc = '', sudo = ''] = out.split('\n')
    if (!shell.startsWith('ok ')) return refused(host.nodeName, `${out}${err}`)
    host.proved()
    const findings = [
      { what: 'shell', ok: true, text: shell.slice(3) },
      found(
        'folder',
        folder.startsWith('ok'),
        `${folder.replace(/^\w+ /, '')} can be written`,
        `${folder.replace(/^\w+ /, '')} can't be written: ${err.trim()}. Scripts can't be started; see its owner and the disk.`,
      ),
      found(
        'counters',
        proc === 'ok',
        '/proc can be read',
        '/proc is not there: ready-made counters need Linux. Use scripts of your own.',
      ),
      {
        what: 'sudo',
        ok: true,
        text:
          sudo === 'ok'
            ? 'sudo works without a password'
            : 'no sudo without a password: actions that ask for sudo would fail here',
      },
    ]
    return { ok: findings.every(({ ok }) => ok), findings }
  } catch (thrown) {
    const { kind, message } = failureOf(thrown)
    return { ok: false, findings: [{ what: kind, ok: false, text: message }] }
  }
}

function found(what: string, ok: boolean, good: string, bad: string): MachineCheck['findings'][number] {
  return { what, ok, text: ok ? good : bad }
}

function refused(node: string, said: string): MachineCheck {
  const text = `${node}: logged in, but no shell ran the check; it said ${JSON.stringify(said.trim().slice(0, 300))}. The user needs a login shell that runs commands.`
  return { ok: false, findings: [{ what: 'no-shell', ok: false, text }] }
}
