import { createTransport } from 'nodemailer'
import { messageOf } from '../../model/problem.ts'

/** A mail in plain text. */
export interface Mail {
  to: readonly string[]
  subject: string
  text: string
  /** The part before the `@` of the Message-ID: the same mail sent again has the same one. */
  messageId: string
}

/** What the server made of it. At least one recipient was accepted. */
export interface Delivery {
  accepted: string[]
  rejected: { address: string; reply: string }[]
}

/** Sends mails. */
export interface Mailer {
  /** Throws `MailFailed`. */
  send(mail: Mail): Promise<Delivery>
}

/** The mail was not taken. `retryable`: the server says for now, or could not be reached. */
export class MailFailed extends Error {
  readonly retryable: boolean
  constructor(message: string, options: { retryable: boolean; cause: unknown }) {
    super(message, { cause: options.cause })
    this.name = 'MailFailed'
    this.retryable = options.retryable
  }
}

/**
 * A mailer over SMTP: `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. STARTTLS is required, but of
 * a server on this machine, where it is used when offered. `from` is an address, or `Name <address>`.
 */
export function openMailer({ url, from }: { url: string; from: string }): Mailer {
  const options = transportOptions(url)
  const host = `${options.host}:${options.port}`
  return {
    async send({ to, subject, text, messageId }) {
      const transport = createTransport(options)
      try {
        const sent = await transport.sendMail({
          from,
          to: [...to],
          subject,
          text,
          messageId: `<${messageId}@${domainOf(from)}>`,
          // Machines should not answer it (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
        return {
          accepted: sent.accepted.map(addressOf),
          rejected: rejectedOf(sent.rejected.map(addressOf), sent.rejectedErrors),
        }
      } catch (thrown) {
        throw failureOf(thrown, host)
      } finally {
        transport.close()
      }
    },
  }
}

/** How the server is spoken to. Throws where the URL is none. */
export function transportOptions(url: string) {
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const local = isLoopback(host)
  return {
    host,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !local,
    // Nobody sits between two programs of one machine, and its mail server's certificate is its own.
    tls: { rejectUnauthorized: !local },
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...timeouts,
  }
}

// A server that does not answer for so long will not; together they stay below an action's 60 s.
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 }

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function domainOf(from: string): string {
  return /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? 'tscaler'
}

function addressOf(given: string | { address: string }): string {
  return typeof given === 'string' ? given : given.address
}

function rejectedOf(addresses: readonly string[], errors: readonly unknown[] | undefined): Delivery['rejected'] {
  return addresses.map((address, index) => ({ address, reply: replyOf(errors?.[index]) ?? 'refused' }))
}

/** The server's own words. */
function replyOf(thrown: unknown): string | undefined {
  return has(thrown, 'response') && typeof thrown.response === 'string' ? thrown.response : undefined
}

function failureOf(thrown: unknown, host: string): MailFailed {
  const code = has(thrown, 'responseCode') && typeof thrown.responseCode === 'number' ? thrown.responseCode : undefined
  const kind = has(thrown, 'code') ? thrown.code : undefined
  // 4xx: try again. 5xx, a wrong login, a certificate or a missing STARTTLS: trying again changes nothing (RFC 5321, 4.2.1).
  const lasting = code === undefined ? kind === 'EAUTH' || kind === 'ETLS' || isCertificate(thrown) : code >= 500
  return new MailFailed(`${host}: ${replyOf(thrown) ?? messageOf(thrown)}`, { retryable: !lasting, cause: thrown })
}

function isCertificate(thrown: unknown): boolean {
  return /certificate|altnames/i.test(messageOf(thrown))
}

function has<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null && key in value
}
