import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** What a person can do something about: shown as one sentence, without a stack. */
export class Trouble extends Error {
  constructor(message, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Progress goes to stderr, so that `npm run -s tscaler -- export > file` holds the export alone. */
export function say(line) {
  process.stderr.write(`tscaler: ${line}\n`)
}

/** Runs a command to its end and gives its exit code and output; `missing` is true where there is no such command. */
export function runQuietly(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ exitCode: 127, output: error.message, missing: error.code === 'ENOENT' }))
    child.on('close', (code, signal) => resolve({ exitCode: exitCodeOf(code, signal), output, missing: false }))
  })
}

/**
 * Hands the terminal, the signals and the exit code over to the program. Under a Node that can (22.15 and later) this
 * process becomes the program; an older one stays as its parent, since Node 20 has no way to replace itself.
 */
export async function becomeProgram(node, args, { cwd, env }) {
  if (node.isCurrent && typeof process.execve === 'function') {
    process.chdir(cwd)
    process.execve(node.path, [node.path, ...args], env)
  }
  process.exitCode = await runAsChild(node.path, args, { cwd, env })
}

// What a terminal, a service manager or npm sends to end a program.
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']

/** Runs a command with this terminal, passes signals on, and gives its exit code. */
export function runAsChild(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: 'inherit' })
    const forward = (signal) => child.kill(signal)
    for (const signal of FORWARDED) process.on(signal, forward)
    child.on('error', (error) => reject(new Trouble(`${command} can't be started: ${error.message}.`)))
    child.on('exit', (code, signal) => {
      for (const name of FORWARDED) process.off(name, forward)
      resolve(exitCodeOf(code, signal))
    })
  })
}

/** A shell's way: 128 and the signal's number where a signal ended it. */
export function exitCodeOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0)
}
