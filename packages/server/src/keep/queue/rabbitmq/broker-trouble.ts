import { messageOf, TscalerError } from '../../../model/problem.ts'
import type { Broker } from './broker.ts'

/** Why the broker can't be used, in the words of who runs it. */
export interface BrokerTrouble {
  text: string
  /** It may be over without anybody changing anything here: the broker starts, or a network comes back. */
  mayPass: boolean
}

/** What to make of what the library or the network threw. */
export function brokerTrouble(thrown: unknown, broker: Broker): BrokerTrouble {
  const { place, user, vhost } = broker
  const code = codeOf(thrown)
  const lasting = (text: string) => ({ text: `${place} ${text}`, mayPass: false })
  const passing = (text: string) => ({ text: `${place} ${text}`, mayPass: true })
  if (isTlsTrouble(thrown))
    return lasting(
      // Behind the semicolon is advice on Node's own flags.
      `shows a certificate that is not to be trusted (${messageOf(thrown).split(';')[0]}). Name its authority in TSCALER_QUEUE: ?cacertfile=FILE.`,
    )
  switch (code) {
    case 'ECONNREFUSED':
      return passing('refuses connections. Start it, or correct host and port in TSCALER_QUEUE.')
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return passing('has a name that nobody knows. Correct the host in TSCALER_QUEUE.')
    case 'ETIMEDOUT':
    case 'CONNECTION_TIMEOUT':
    case 'EHOSTUNREACH':
    case 'SOCKET_TIMEOUT':
      return passing('does not answer. See whether it hangs, and whether the network lets tscaler through.')
    case 'ACCESS_REFUSED':
      return isLogin(thrown)
        ? lasting(`refused the login of user "${user}". Correct name and password in TSCALER_QUEUE.${guestHint(user)}`)
        : lasting(
            `does not let user "${user}" do what is needed. Run: rabbitmqctl set_permissions -p ${vhost} ${user} '.*' '.*' '.*'`,
          )
    case 'NOT_ALLOWED':
    case 'INVALID_PATH':
      return lasting(
        `has no virtual host "${vhost}", or user "${user}" may not use it. Correct it in TSCALER_QUEUE (the part after the port), or run: rabbitmqctl add_vhost ${vhost} && rabbitmqctl set_permissions -p ${vhost} ${user} '.*' '.*' '.*'`,
      )
    case 'PRECONDITION_FAILED':
      return lasting(
        `has a queue or exchange of the same name with other settings (${messageOf(thrown)}). Delete it there, or use a virtual host of tscaler's own.`,
      )
    case 'CONN_CLOSE':
    case 'ECONNRESET':
    case 'EPIPE':
    case 'READ_END':
      return passing('closed the connection. Is that its port for AMQP? With TLS the URL begins with amqps://.')
    default:
      return passing(`can't be used: ${messageOf(thrown)}`)
  }
}

/** The same as an error. */
export function queueUnusable({ text, mayPass }: BrokerTrouble, cause?: unknown): TscalerError {
  return new TscalerError('queue-unusable', text, { retryable: mayPass, cause })
}

/** Whether the broker said no to a message because its queue is full. */
export function isRefusedMessage(thrown: unknown): boolean {
  return codeOf(thrown) === 'NACK'
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}

/** The broker says "ACCESS_REFUSED - Login was refused using …" to a login, and "access to queue … refused" later. */
function isLogin(thrown: unknown): boolean {
  return /login was refused/i.test(messageOf(thrown))
}

function guestHint(user: string): string {
  return user === 'guest' ? " The user guest may log in from the broker's own machine only." : ''
}

function isTlsTrouble(thrown: unknown): boolean {
  return /^(CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|ERR_TLS_CERT|ERR_SSL_|EPROTO)/.test(codeOf(thrown))
}
