import type { DetachedScript } from '../../../reach/machine.ts'

/** What one `puppet apply` is given. */
export interface Apply {
  manifest: string
  /** A tar.gz of modules; null: those of the machine alone. */
  modules: Uint8Array | null
  sudo: boolean
  /** Install Puppet where it is missing. */
  install: boolean
  noop: boolean
  /** `TSCALER_…` and secrets, by `environmentOf`. */
  env: Readonly<Record<string, string>>
  secretNames: readonly string[]
}

/** The detached script that applies it. Its text is a constant: values come by environment, the manifest and modules as files. */
export function applyScript(apply: Apply): Omit<DetachedScript, 'folder'> {
  const { manifest, modules, sudo, install, noop, env, secretNames } = apply
  const files = { [names.manifest]: Buffer.from(manifest), ...(modules === null ? {} : { [names.modules]: modules }) }
  const options = { tscaler_install: install ? 'yes' : 'no', tscaler_noop: noop ? 'yes' : 'no' }
  return { script, env: { ...env, ...factsOf(env, secretNames), ...options }, sudo, files }
}

const names = { manifest: 'manifest.pp', modules: 'modules.tar.gz' } as const

/** Facter makes facts of what begins with `FACTER_`; they are on no disk. */
function factsOf(env: Apply['env'], secretNames: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      if (secretNames.includes(name)) return [[`FACTER_tscaler_secret_${name.toLowerCase()}`, value]]
      return name.startsWith('TSCALER_') ? [[`FACTER_${name.toLowerCase()}`, value]] : []
    }),
  )
}

/** Lines of the script's output that begin with it are for `ApplyOutput`, not for people. */
export const signMark = '#tscaler-puppet '

/*
 * What is not obvious in it:
 * - The summary goes into the attempt's own folder: it is there only if this run wrote it. No report is kept: those of
 *   `apply` pile up in /var/cache/puppet/reports for ever, with everything that a manifest shows.
 * - A trial (noop) keeps its state file there too, so that it leaves nothing of its own.
 * - Descriptor 9 holds the lock; it is closed for whatever is started, or a service that Puppet begins would hold it for ever.
 * - A machine that has just begun may be busy with its first updates: apt-get waits for them.
 * - /opt/puppetlabs/bin is where Puppet's own packages put it; no login has it in its PATH.
 */
const script = `folder=\${0%/*}
files=$folder/files
sign() { printf '${signMark}%s\\n' "$*"; }
trouble() { sign trouble "$@"; exit 70; }
has() { command -v "$1" >/dev/null 2>&1; }
sign begun
PATH=\${PATH:-/usr/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/puppetlabs/bin
export PATH
install=$tscaler_install noop=$tscaler_noop began=$(date +%s)
unset tscaler_install tscaler_noop

apt() { env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@"; }
one_of() { for package in puppet-agent puppet; do "$@" "$package" && return 0; done; return 1; }
install_with() {
  case $1 in
  apt-get) one_of apt install || { apt update; one_of apt install; } ;;
  zypper) one_of zypper --non-interactive install ;;
  *) one_of "$1" -y install ;;
  esac
}
install_puppet() {
  [ "$install" = yes ] || trouble missing
  [ "$(id -u)" = 0 ] || trouble no-root
  for tool in apt-get dnf yum zypper none; do has "$tool" && break; done
  [ "$tool" != none ] || trouble no-tool
  echo "Puppet is not installed here: installing it with $tool"
  install_with "$tool" </dev/null && hash -r && has puppet || trouble install "$tool"
}

lock=$HOME/.tscaler/puppet.lock
[ "$(id -u)" != 0 ] || lock=/run/tscaler-puppet.lock
if has flock && true 2>/dev/null >>"$lock"; then
  exec 9>>"$lock"
  flock -n 9 || { echo 'waiting until another Puppet run on this machine has ended'; flock 9; }
else
  exec 9>/dev/null
fi
if ! has puppet; then
  [ "$noop" != yes ] || { sign not-installed; exit 0; }
  install_puppet 9>&-
fi
set -- --detailed-exitcodes --color=false --no-report --lastrunfile "$folder/summary.yaml"
[ "$noop" != yes ] || set -- "$@" --noop --statefile "$folder/state.yaml"
if [ -f "$files/${names.modules}" ]; then
  path=$folder/modules
  mkdir "$path" && tar -xzof "$files/${names.modules}" -C "$path" </dev/null || trouble modules
  [ ! -d "$path/modules" ] || path=$path/modules:$path
  set -- "$@" --modulepath "$path:\\$basemodulepath"
fi
puppet apply "$@" "$files/${names.manifest}" </dev/null 9>&-
code=$?
[ ! -f "$folder/summary.yaml" ] || while IFS= read -r line; do sign summary "$line"; done <"$folder/summary.yaml"
sign took $(($(date +%s) - began))
sign exit "$code"
[ "$code" != 2 ] || code=0
exit "$code"
`
