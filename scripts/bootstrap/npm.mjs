import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { runQuietly, Trouble } from './run.mjs'

/** Runs the machine's npm under the given Node; trouble is one sentence with what to do. */
export async function npm(root, node, args, purpose) {
  const [command, first] = npmCommand(node, process.env.npm_execpath)
  const { exitCode, output, missing } = await runQuietly(command, [...first, ...args], {
    cwd: root,
    env: npmEnvironment(root, node.env),
  })
  if (exitCode === 0) return
  if (missing)
    throw new Trouble(`npm isn't found, it is needed for ${purpose}: install it (on Debian: apt-get install -y npm).`)
  throw new Trouble(`${purpose} failed: ${explainNpm(output)}`)
}

/** npm tells the scripts it runs where it is; outside of npm it is looked for in PATH. */
export function npmCommand(node, execPath) {
  return execPath?.endsWith('npm-cli.js') ? [node.path, [execPath]] : ['npm', []]
}

/** npm's environment: loud enough to explain a failure, and with a cache of the checkout's own where there is no home. */
function npmEnvironment(root, env) {
  const quiet = {
    ...env,
    npm_config_loglevel: 'error',
    npm_config_progress: 'false',
    npm_config_update_notifier: 'false',
  }
  return hasHome(env.HOME) ? quiet : { ...quiet, npm_config_cache: path.join(root, '.cache/npm') }
}

function hasHome(home) {
  if (!home) return false
  try {
    accessSync(home, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** What to do about npm's last words. */
export function explainNpm(output) {
  // Its stack and, after a mistake in use, its whole help would bury what matters.
  const [words = ''] = output.split(/^.*Clean install a project$/m, 1)
  const text = words.replace(/^npm error +(at |[a-z]+: |}|$).*\n?/gm, '').trim() || 'npm said nothing'
  if (/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ECONNRESET)\b/.test(text)) {
    return `the package registry can't be reached. This is needed once; check the network or npm's proxy settings (npm config get proxy).\n${text}`
  }
  if (/\bENOSPC\b/.test(text)) return `the disk is full; about 700 MB are needed.\n${text}`
  if (/\b(EACCES|EPERM|EROFS)\b/.test(text))
    return `a folder can't be written; give it to the user who runs this (chown -R), or run as its owner.\n${text}`
  if (/\bEINTEGRITY\b/.test(text))
    return `a package differs from the one in package-lock.json; clear npm's cache (npm cache clean --force) and try again.\n${text}`
  if (/\bEUSAGE\b/.test(text))
    return `package.json and package-lock.json disagree; run npm install --ignore-scripts.\n${text}`
  return text
}
