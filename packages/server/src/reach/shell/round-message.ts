import { quoted } from './quoted.ts'

/** More than this of one script's output is not sent; the script fails with `too-long`. A number has 25 characters. */
export const outputBytesMax = 65_536

/** The most one round's answer holds; more is asked again script by script, so that the big one is named. */
export const answerBytesMax = 1_048_576

/** What the shell that stays may hold of scripts' output, in KiB; a script that prints without end must not eat the machine's memory. */
const shellKib = 262_144

/**
 * Sent once to each new shell. `_ts MARK 'SLOT …'` then runs the scripts in these slots and writes one answer:
 * `MARK:` stderr `MARK:` (one more per script), then per script `<bytes> <exit code>\n<stdout>`, then `;MARK.`
 * (the `;` because `$(…)` drops newlines at an end; so it does with each script's).
 *
 * Per script one fork, the command substitution; per round one more, the one that keeps stderr apart. The mark is an argument and never
 * a variable, so that a script that prints all variables can't forge a frame; stdout is framed by its length. A script is compiled into a
 * function, so that an unbalanced quote is found before any of it runs; a script that failed is compiled once more to tell that case.
 * The shell's own memory is limited (where its `ulimit` can), the scripts' is not.
 */
const prologue = `LC_ALL=C; export LC_ALL
_u=:
if [ "$(ulimit -S -v 2>/dev/null)" = unlimited ] && ulimit -S -v ${shellKib} 2>/dev/null; then _u='ulimit -S -v unlimited'; fi
_ta() {
_r=
printf %s "$1:"
for _i in $2; do
eval "_d=\\$_s$_i"
_o=$($_u; exec </dev/null; eval "$_d" || exit 2; _f)
_c=$?
if [ $_c != 0 ]; then (eval "$_d") >/dev/null 2>&1 || _c=syntax; fi
if [ \${#_o} -gt ${outputBytesMax} ]; then _o=; _c=too-long; fi
_r="$_r\${#_o} $_c
$_o"
printf %s "$1:"
done
printf %s "$_r;"
}
_ts() {
_x=$(_ta "$1" "$2" 2>&1)
if [ \${#_x} -gt ${answerBytesMax} ]; then _x=; fi
printf %s "$_x$1."
}
`

/**
 * The text that makes a shell ready: it then prints `mark`, its process id and a blank. The mark is sent in two pieces, so that a forced
 * command which only echoes is not taken for a shell.
 */
export function readyText(mark: string): string {
  const half = mark.length >> 1
  return `${prologue}printf '%s%s%s ' ${mark.slice(0, half)} ${mark.slice(half)} $$\n`
}

/** The text that puts a script into a slot of the shell, once a shell. */
export function slotText(slot: number, script: string): string {
  // The empty lines end a backslash or a comment on the script's last line.
  return `_s${slot}=${quoted(`_f() {\n:\n${script}\n\n}`)}\n`
}

/** What follows the mark in a round's message; the same for the same slots, so that it can be kept. */
export function roundTail(slots: readonly number[]): string {
  return ` '${slots.join(' ')}'\n`
}

/** The message of a round. */
export function roundText(mark: string, tail: string): string {
  return `_ts ${mark}${tail}`
}
