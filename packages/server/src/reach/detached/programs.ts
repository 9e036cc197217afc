import { quoted } from '../shell/quoted.ts'

/*
 * What runs on the machine for detached scripts. The texts are constants; values come line by line over standard input. The folder holds
 * `script`, `env` (empty once read: it may hold secrets), `sudo` (where asked for), `files` (what was handed over), `out`, `err`, `pid`, `inner`
 * and, at the end, `rc`. Files are gathered in a folder beside it, named like it with `.files`, until the script is started.
 *
 * `pid` and `inner` are lines `process group start [boot]` of the keeper, which writes `rc`, and of the script. A process is known by its
 * start (proc_pid_stat(5), field 22) and the machine's boot, so that a number which was given out again is not taken for it.
 */

/** Sets p, g, s to process, group and start of process $1; false where there is none, or a zombie that nobody has waited for. */
const look =
  'look() { p=$1; read -r l 2>/dev/null </proc/$1/stat || return 1; set -- ${l##*) }; g=$3; s=${20}; [ $1 != Z ]; }'
const boot = 'b=-; read -r b 2>/dev/null </proc/sys/kernel/random/boot_id'
/** True while the process of the file $1 lives; sets fp, fg, fs, fb from it. */
const lives = `${look}; lives() { read -r fp fg fs fb 2>/dev/null <"$1" || return 1; look "$fp" && [ "$s" = "$fs" ]; }`
const english = 'LC_ALL=C; export LC_ALL'
const folder = 'read -r f; d=${HOME:?}/.tscaler/$f'

/*
 * From here to the script's first line as little as possible is started: each program costs a millisecond or more, and a fire is to be
 * answered within twenty. So files are written by the shell itself, a line at a time, and what is small is not moved into place but
 * written at once: a reader waits until it is not empty.
 */

/** The script itself, maybe under sudo: then its keeper must still be able to read `inner`. A script may say by `#!` what runs it. */
const inner = oneLine(`
  d=$1; ${look}; look $$; echo "$p $g $s" >"$d/inner"; [ ! -f "$d/sudo" ] || chmod 644 "$d/inner";
  . "$d/env"; : >"$d/env"; read -r h <"$d/script";
  case $h in "#!"*) exec "$d/script";; *) exec sh "$d/script";; esac`)

/**
 * Stays until the script's end. `rc` is filled in a file that is there already, so that a full disk does not lose it. For as long as it lives
 * it holds a lock on `script`: who follows is told of the end by the kernel. The lock is taken beside the script, which does not wait for it.
 */
const keeper = oneLine(`
  d=$1; trap : TERM INT HUP; ${look}; look $$; ${boot}; echo "$p $g $s $b" >"$d/pid";
  exec 9<"$d/script"; { command -v flock && exec flock 9; } >/dev/null 2>&1 &
  a=; command -v setsid >/dev/null 2>&1 && a=setsid; [ -f "$d/sudo" ] && a="$a sudo -n --";
  $a sh -c ${quoted(inner)} sh "$d" >>"$d/out" 2>>"$d/err" 9<&-; c=$?;
  printf "%03d\\n" "$c" 1<>"$d/rc.n"; mv "$d/rc.n" "$d/rc"`)

/**
 * Values: folder, `yes` for sudo, a mark; then the environment file's lines, the mark, the script's lines, the mark. All is received before
 * the folder is made, so that a cut connection starts nothing; making it is the lock. The script has the login's own umask and language.
 */
export const startProgram = oneLine(`
  u=$(umask); umask 077; k=\${LC_ALL-}; ${english}; ${folder}; read -r sudo; read -r m; [ -d "$d" ] && exit 0; set --;
  while IFS= read -r l && [ "$l" != "$m" ]; do set -- "$@" "$l"; done; e=$#;
  while IFS= read -r l && [ "$l" != "$m" ]; do set -- "$@" "$l"; done; [ "$l" = "$m" ] || exit 75;
  [ -d "$HOME/.tscaler" ] || mkdir -p "$HOME/.tscaler" || exit 73; mkdir "$d" 2>/dev/null || { [ -d "$d" ] && exit 0; mkdir "$d"; exit 73; };
  full() { df -P "$HOME" >&2; rm -rf "$d"; exit 74; }; { while [ "$e" -gt 0 ]; do printf "%s\\n" "$1" || { e=-1; break; }; shift; e=$((e-1)); done; } >"$d/env" && [ "$e" -eq 0 ] || full;
  printf "%s\\n" "$@" >"$d/script" || full; printf "256\\n" >"$d/rc.n" || full; { : >"$d/out"; : >"$d/err"; } || full;
  [ ! -d "$d.files" ] || mv "$d.files" "$d/files" || full; [ "$sudo" != yes ] || : >"$d/sudo"; case $1 in "#!"*) chmod 700 "$d/script" || full;; esac;
  umask "$u"; unset LC_ALL; [ -z "$k" ] || { LC_ALL=$k; export LC_ALL; }; a=nohup; command -v setsid >/dev/null 2>&1 && a=setsid;
  $a sh -c ${quoted(keeper)} sh "$d" </dev/null >/dev/null 2>&1 & i=0;
  while [ ! -s "$d/pid" ]; do i=$((i+1)); [ $i -le 60 ] || exit 76; [ $i -le 10 ] && z=0.01 || z=0.1; sleep $z 2>/dev/null || sleep 1; done`)

/** Value: folder. Prints `absent`, `ended N`, `running`, or `lost` with the reason: `no-pid`, `restarted`, `gone`. */
export const stateProgram = oneLine(`
  ${english}; ${folder}; ${lives}; ended() { read -r c 2>/dev/null <"$d/rc" && echo "ended $c"; };
  [ -d "$d" ] || { echo absent; exit 0; }; ended && exit 0;
  [ -s "$d/pid" ] || sleep 1; [ -s "$d/pid" ] || { echo lost no-pid; exit 0; };
  lives "$d/pid" && r=running || r="lost gone"; ${boot}; [ "$b" = "$fb" ] || r="lost restarted";
  [ "$r" = running ] || sleep 1; ended || echo "$r"`)

/**
 * Values: folder, bytes of `out` and of `err` to leave out. Copies what is there and what comes to its own two outputs, until the script
 * has ended or its input ends. While nothing comes it looks every second with built-ins only; the one process that is started then waits for
 * the keeper's lock, or sleeps where there is no flock(1) that takes a time limit, or nobody who holds the lock.
 */
export const followProgram = oneLine(`
  ${english}; ${folder}; read -r o; read -r e; ${lives}; [ -d "$d" ] || exit 0; exec 3<"$d/out" 4<"$d/err" 5<&0;
  { read -r x <&5; kill $$; } >/dev/null 2>&1 3<&- 4<&- & w=$!;
  tail -c "+$((o+1))" <&3; tail -c "+$((e+1))" <&4 >&2; z=0.1;
  v=; flock -s -w 0 "$d/env" true 2>/dev/null && v=1;
  rest() { [ -z "$v" ] || { flock -s -w "$1" "$d/script" true 2>/dev/null || return 0; [ ! -f "$d/rc" ] || return 0; }; sleep "$1" 2>/dev/null || sleep 1; };
  copy() { if IFS= read -r l; then printf "%s\\n" "$l"; cat; else [ -n "$l" ] && printf %s "$l"; fi; };
  while :; do
    r=; [ -f "$d/rc" ] && r=1; lives "$d/pid" || r=1; n=;
    copy <&3 && n=1; copy <&4 >&2 && n=1; [ -z "$r" ] || break;
    case $n$z in 1*) z=0.1;; 0.1) z=0.2;; 0.2) z=0.5;; *) z=1;; esac; rest $z;
  done; kill $w 2>/dev/null`)

/** Argument: a process group. TERM, up to 5 s to end, KILL. */
const endGroup = oneLine(`
  kill -s TERM -- "-$1" 2>/dev/null; i=0;
  while [ $i -lt 50 ] && kill -s 0 -- "-$1" 2>/dev/null; do i=$((i+1)); sleep 0.1 2>/dev/null || sleep 1; done;
  kill -s KILL -- "-$1" 2>/dev/null; :`)

/** Value: folder. Ends the script's group; where the keeper is gone too, its `rc` becomes that of a killed one, 137. */
export const killProgram = oneLine(`
  ${english}; ${folder}; ${lives}; [ -d "$d" ] && [ ! -f "$d/rc" ] || exit 0; i=0;
  while [ ! -s "$d/inner" ] && [ $i -lt 10 ]; do i=$((i+1)); sleep 0.1 2>/dev/null || sleep 1; done;
  a=; [ -f "$d/sudo" ] && a="sudo -n --";
  if lives "$d/inner"; then $a sh -c ${quoted(endGroup)} sh "$fg";
  elif lives "$d/pid"; then sh -c ${quoted(endGroup)} sh "$fg"; fi; i=0;
  while [ ! -f "$d/rc" ] && [ $i -lt 20 ] && lives "$d/pid"; do i=$((i+1)); sleep 0.1 2>/dev/null || sleep 1; done;
  [ -f "$d/rc" ] || { lives "$d/pid" && exit 77; printf "137\\n" 1<>"$d/rc.n"; mv "$d/rc.n" "$d/rc"; }`)

/** Values: folder, a file's name, its size in bytes; then the file. A file that arrived cut short is not left behind. */
export const putProgram = oneLine(`
  umask 077; ${english}; ${folder}; read -r n; read -r s; p=$d.files/$n;
  mkdir -p "$d.files" || exit 73; cat >"$p" || { df -P "$HOME" >&2; rm -f "$p"; exit 74; };
  [ "$(wc -c <"$p")" -eq "$s" ] || { rm -f "$p"; exit 75; }`)

/** Value: folder. What a script under sudo made may belong to root. */
export const forgetProgram = oneLine(`
  ${folder}; a=; [ -f "$d/sudo" ] && a=1;
  if [ -n "$a" ]; then rm -rf "$d" 2>/dev/null || sudo -n -- rm -rf "$d"; else rm -rf "$d"; fi && rm -rf "$d.files"`)

/** The programs are read as one line; comments and quoted newlines have no place in them. */
function oneLine(text: string): string {
  return text.replace(/\n\s*/g, ' ').trim()
}
