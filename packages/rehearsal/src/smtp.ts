import { once } from 'node:events'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import { makeCertificate } from './certificate.ts'
import { bindInside } from './cloud/bind-inside.ts'
import { type MailText, parseMail } from './mail-text.ts'

/** Where in the talk a refusal comes: at AUTH, MAIL FROM, RCPT TO, or after the text. */
export type SmtpStage = 'login' | 'sender' | 'recipient' | 'text'

/** What the mail server asks of its clients. Without options: no login, no TLS. */
export interface SmtpOptions {
  /** Only this login may send. */
  auth?: { user: string; password: string }
  /** Offers STARTTLS with a certificate of its own, for localhost and 127.0.0.1; AUTH is then refused before it. */
  starttls?: boolean
  /** Words that run a command in another network, such as a hub's: it listens there. Default here. */
  enter?: readonly string[]
  /** Refuses from the start, as `refuse` does later. */
  faults?: { code: number; at?: SmtpStage }
}

/** A mail as it came in. `from` and `to` are of the envelope, so blind copies are in `to`. */
export interface ReceivedMail extends MailText {
  from: string
  to: string[]
  subject: string
  /** With its angle brackets, empty when the mail has none. */
  messageId: string
  raw: string
  /** True when it came over TLS. */
  secure: boolean
}

/** A real SMTP server on 127.0.0.1 that keeps what it is sent. */
export interface TestSmtp {
  /** `smtp://127.0.0.1:PORT`, without login. */
  url: string
  port: number
  /** PEM of the certificate to trust; empty without `starttls`. */
  ca: string
  /** All accepted mails, oldest first. */
  mails: readonly ReceivedMail[]
  /** The first mail, past or coming, that the predicate likes. Rejects after `timeoutMs` (5 s), naming what came. */
  waitForMail(predicate: (mail: ReceivedMail) => boolean, timeoutMs?: number): Promise<ReceivedMail>
  /** Refuses everything at this stage (recipients unless told) with this code, e.g. 550 for ever or 451 for now. */
  refuse(code: number, at?: SmtpStage): void
  /** Ends `refuse`. */
  accept(): void
  close(): Promise<void>
}

/** Starts a mail server on a free port of 127.0.0.1. A session takes 100 ms before the greeting, by smtp-server's design. */
export async function startSmtp(options: SmtpOptions = {}): Promise<TestSmtp> {
  const mailbox = new Mailbox()
  let refusal = options.faults
  const gate = (stage: SmtpStage) => {
    if (refusal === undefined || (refusal.at ?? 'recipient') !== stage) return undefined
    return Object.assign(new Error(`${stage} refused by the test`), { responseCode: refusal.code })
  }
  const certificate = options.starttls ? makeCertificate() : undefined
  const server = new SMTPServer({
    disableReverseLookup: true, // loopback has no name worth a DNS question
    authOptional: options.auth === undefined,
    disabledCommands: [...(certificate ? [] : ['STARTTLS']), ...(options.auth ? [] : ['AUTH'])],
    allowInsecureAuth: certificate === undefined,
    ...certificate,
    onAuth: ({ username, password }, _session, done) => {
      const known = username === options.auth?.user && password === options.auth?.password
      const wrong = Object.assign(new Error('wrong user or password'), { responseCode: 535 })
      const error = gate('login') ?? (known ? undefined : wrong)
      if (error) done(error)
      else done(null, { user: username })
    },
    onMailFrom: (_address, _session, done) => done(gate('sender')),
    onRcptTo: (_address, _session, done) => done(gate('recipient')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const error = gate('text')
        if (!error) mailbox.add(receivedMail(Buffer.concat(chunks).toString(), session))
        done(error)
      })
    },
  })
  server.on('error', () => {}) // a client that breaks off: its own side of the test tells
  const port = await listen(server, options.enter)
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    ca: certificate?.cert ?? '',
    mails: mailbox.mails,
    waitForMail: (predicate, timeoutMs = 5_000) => mailbox.wait(predicate, timeoutMs),
    refuse: (code, at) => {
      refusal = at === undefined ? { code } : { code, at }
    },
    accept: () => {
      refusal = undefined
    },
    close: () => close(server),
  }
}

class Mailbox {
  readonly mails: ReceivedMail[] = []
  readonly #waiting = new Set<(mail: ReceivedMail) => void>()

  add(mail: ReceivedMail): void {
    this.mails.push(mail)
    for (const look of this.#waiting) look(mail)
  }

  wait(predicate: (mail: ReceivedMail) => boolean, timeoutMs: number): Promise<ReceivedMail> {
    const here = this.mails.find(predicate)
    if (here !== undefined) return Promise.resolve(here)
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer)
        this.#waiting.delete(look)
      }
      const look = (mail: ReceivedMail) => {
        if (!predicate(mail)) return
        end()
        resolve(mail)
      }
      const timer = setTimeout(() => {
        end()
        const subjects = this.mails.map((mail) => `"${mail.subject}" to ${mail.to.join(', ')}`)
        reject(new Error(`No such mail in ${timeoutMs} ms; came: ${subjects.join('; ') || 'none'}.`))
      }, timeoutMs)
      this.#waiting.add(look)
    })
  }
}

function receivedMail(raw: string, { envelope, secure }: SMTPServerSession): ReceivedMail {
  const mail = parseMail(raw)
  return {
    ...mail,
    from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
    to: envelope.rcptTo.map(({ address }) => address),
    subject: mail.headers.subject ?? '',
    messageId: mail.headers['message-id'] ?? '',
    raw,
    secure,
  }
}

async function listen(server: SMTPServer, enter: readonly string[] | undefined): Promise<number> {
  if (enter === undefined) server.listen(0, '127.0.0.1')
  else server.listen(await bindInside(enter))
  await once(server.server, 'listening')
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error(`SMTP test server: no port, got ${address}`)
  return address.port
}

function close(server: SMTPServer): Promise<void> {
  for (const connection of server.connections) connection.close()
  return new Promise((resolve) => server.close(() => resolve()))
}
