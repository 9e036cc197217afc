import type { DetachedScript } from '../../reach/machine.ts'

/** A program with its arguments, for tscaler's own machine. */
export interface ArgvScript {
  argv: readonly string[]
  /** All that the program finds in its environment. */
  env: Readonly<Record<string, string>>
  /** Files that are there, mode 0600, in the working folder while the program runs; by name. */
  files?: Readonly<Record<string, string>>
}

/**
 * The script that runs it. Its text is a constant: words, values and files reach it by environment, so that nothing of them
 * is read by a shell or seen in a process list. The program finds `env` in its environment and nothing else.
 */
export function argvScript({ argv, env, files = {} }: ArgvScript): Omit<DetachedScript, 'folder'> {
  const passed: Record<string, string> = { ...env }
  argv.forEach((word, index) => {
    passed[`TSCALER_ARG_${index}`] = word
  })
  Object.entries(files).forEach(([name, text], index) => {
    passed[`TSCALER_FILE_${index}`] = `${name}\n${text}`
  })
  passed.TSCALER_ARGS = `${argv.length}`
  passed.TSCALER_FILES = `${Object.keys(files).length}`
  passed.TSCALER_KEEP = Object.keys(env).join(' ')
  return { script, env: passed, sudo: false }
}

// `$0` is the script in its own folder, which only its user may enter; the files go with that folder, or at the end.
// The program is looked for before PATH is unset: a shell that was given one exports any other it is set to.
const script = `set -f
umask 077
folder=\${0%/*}
cd "$folder" || exit 126
files=
index=0
while [ "$index" -lt "$TSCALER_FILES" ]; do
  eval "file=\\$TSCALER_FILE_$index"
  name=\${file%%"
"*}
  printf '%s' "\${file#*"
"}" >"$name" || exit 126
  files="$files $name"
  index=$((index + 1))
done
set --
index=0
while [ "$index" -lt "$TSCALER_ARGS" ]; do
  eval "set -- \\"\\$@\\" \\"\\$TSCALER_ARG_$index\\""
  index=$((index + 1))
done
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
program=$(command -v -- "$1") || { echo "$1: not found on tscaler's own machine" >&2; exit 127; }
shift
set -- "$program" "$@"
keep=" $TSCALER_KEEP "
names=$(awk 'BEGIN { for (name in ENVIRON) print name }')
for name in $names; do
  case $name in *[!A-Za-z0-9_]* | [0-9]*) continue ;; esac
  case $keep in *" $name "*) ;; *) unset "$name" ;; esac
done
case $keep in *" PWD "*) ;; *) unset PWD OLDPWD ;; esac
[ -n "$files" ] || exec "$@"
trap '/bin/rm -f $files' EXIT
trap 'exit 143' TERM INT HUP
set +f
"$@"
exit $?
`
