import { renderTemplate } from '../../../model/template.ts'
import { type ActionKind, type Attempt, TaskFailed } from '../../action.ts'
import { type Mailer, MailFailed } from '../../mail/mailer.ts'
import { templateValuesOf } from '../template-values.ts'

/** A mail to many, one per step. `mailer` null: SMTP is not set. */
export function email({ mailer }: { mailer: Mailer | null }): ActionKind {
  return {
    id: 'email',
    summary: 'Sends a mail.',
    effect: 'none',
    per: 'once',
    onServer: false,
    slow: false,
    fields: {
      to: { kind: 'list', help: 'Addresses.', minItems: 1, maxItems: 100 },
      title: { kind: 'template', help: 'The subject; may hold placeholders such as {{trigger}}.', maxLength: 500 },
      content: {
        kind: 'template',
        help: 'The text; may hold placeholders such as {{value}} or {{runUrl}}.',
        lines: 10,
      },
    },
    plan: ({ to, title }) => `mail "${String(title)}" to ${addressesOf(to).join(', ')}`,
    run: (attempt) => send(attempt, mailer),
    // Whether the server took it can't be asked. Reported, not sent twice, and no reason for a run to wait.
    probe: async () => ({
      kind: 'doubtful',
      text: 'tscaler stopped while it sent this mail: it may have gone out, or not',
    }),
    resume: async () => {},
  }
}

async function send(attempt: Attempt, mailer: Mailer | null): Promise<void> {
  if (!mailer) throw new TaskFailed('there is no mail server: set TSCALER_SMTP_URL', { retryable: false })
  const { fields, token, log, remark } = attempt
  const values = templateValuesOf(attempt)
  const mail = {
    to: addressesOf(fields.to),
    // A value with a newline must not begin another header.
    subject: renderTemplate(String(fields.title), values).replace(/\s+/g, ' '),
    text: renderTemplate(String(fields.content), values),
    messageId: `tscaler-${token}`,
  }
  try {
    const { accepted, rejected } = await mailer.send(mail)
    log(`sent to ${accepted.join(', ')}`, 'note')
    if (rejected.length > 0)
      remark(`not delivered to ${rejected.map(({ address, reply }) => `${address} (${reply})`).join(', ')}`)
  } catch (thrown) {
    if (thrown instanceof MailFailed)
      throw new TaskFailed(`the mail was not sent: ${thrown.message}`, { retryable: thrown.retryable, cause: thrown })
    throw thrown
  }
}

function addressesOf(to: unknown): string[] {
  return Array.isArray(to) ? to.map(String) : []
}
