import { messageOf, TscalerError } from '../../model/problem.ts'
import type { ServerPlace } from './server-place.ts'

/** That the server can't be reached: what was tried, what happened, and what to do. */
export function unreachable(place: ServerPlace, cause: unknown): TscalerError {
  const code = codeOf(cause)
  const text = place.kind === 'socket' ? socketText(place, code, cause) : urlText(place.url, code, cause)
  return new TscalerError('cannot-reach-server', text, { retryable: true, cause })
}

function socketText(
  { socket, dataFolder }: Extract<ServerPlace, { kind: 'socket' }>,
  code: string,
  cause: unknown,
): string {
  const elsewhere = 'For a server elsewhere set TSCALER_URL and TSCALER_TOKEN.'
  switch (code) {
    case 'ENOENT':
      return `No server runs on ${dataFolder}: there is no ${socket}. Start it with \`tscaler serve --data ${dataFolder}\`, or name the server's data folder with --data or TSCALER_DATA. ${elsewhere}`
    case 'ECONNREFUSED':
      return `No server runs on ${dataFolder}: nothing listens on ${socket} any more. Start it with \`tscaler serve --data ${dataFolder}\`. ${elsewhere}`
    case 'EACCES':
    case 'EPERM':
      return `${socket} may be opened by the server's own user only. Run the command as that user, or set TSCALER_URL and TSCALER_TOKEN.`
    default:
      return `The server at ${socket} gave no answer: ${messageOf(cause)}. Look at its log, or start it anew. ${elsewhere}`
  }
}

function urlText(url: URL, code: string, cause: unknown): string {
  const where = `${url.origin} (TSCALER_URL)`
  switch (code) {
    case 'ECONNREFUSED':
      return `Nothing listens at ${where}: connection refused. Start the server, or correct the address and its port.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The name ${url.hostname} of TSCALER_URL is not known here. Correct it, or look at this machine's DNS.`
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${where} can't be reached from this machine (${code}). Look at the network between, or correct the address.`
    default:
      if (isCertificateTrouble(code))
        return `The certificate of ${where} is not trusted (${code}). Name its authority with NODE_EXTRA_CA_CERTS, or correct the address.`
      return `${where} gave no answer: ${messageOf(cause)}. Look at the server and at the proxy in front of it.`
  }
}

function isCertificateTrouble(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_/.test(code)
}

function codeOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''
}
