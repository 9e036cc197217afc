import { createTransport } from 'nodemailer'
import { afterEach, describe, expect, test } from 'vitest'
import { parseMail } from './mail-text.ts'
import { type SmtpOptions, startSmtp, type TestSmtp } from './smtp.ts'

const servers: TestSmtp[] = []
const mail = {
  from: 'tscaler@shop.test',
  to: 'ann@shop.test',
  bcc: 'bob@shop.test',
  subject: 'Grün — ready',
  text: 'Zwölf\n',
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function start(options?: SmtpOptions): Promise<TestSmtp> {
  const server = await startSmtp(options)
  servers.push(server)
  return server
}

describe('the mail server', () => {
  test('keeps mails with envelope, headers and decoded text', async () => {
    const server = await start()
    const coming = server.waitForMail(({ to }) => to.includes('bob@shop.test'))
    await createTransport(server.url).sendMail({ ...mail, html: '<b>Zwölf</b>', messageId: '<run-1@shop>' })
    expect(await coming).toMatchObject({
      from: mail.from,
      to: [mail.to, mail.bcc],
      subject: mail.subject,
      text: mail.text,
      html: '<b>Zwölf</b>',
      messageId: '<run-1@shop>',
      secure: false,
    })
    expect(server.mails).toHaveLength(1)
    expect(await server.waitForMail(() => true)).toBe(server.mails[0])
  })

  test('asks for login and STARTTLS, with a certificate that its ca vouches for', async () => {
    const server = await start({ auth: { user: 'tscaler', password: 'secret' }, starttls: true })
    const options = {
      host: '127.0.0.1',
      port: server.port,
      requireTLS: true,
      auth: { user: 'tscaler', pass: 'secret' },
    }
    await createTransport({ ...options, tls: { ca: server.ca } }).sendMail(mail)
    expect(server.mails[0]?.secure).toBe(true)
    await expect(createTransport(options).sendMail(mail)).rejects.toMatchObject({ code: 'ESOCKET' })
    const wrong = { ...options, tls: { ca: server.ca }, auth: { user: 'tscaler', pass: 'wrong' } }
    await expect(createTransport(wrong).sendMail(mail)).rejects.toMatchObject({ code: 'EAUTH', responseCode: 535 })
    const bare = { host: '127.0.0.1', port: server.port, ignoreTLS: true }
    await expect(createTransport(bare).sendMail(mail)).rejects.toMatchObject({ responseCode: 530 })
  })

  test('refuses at the stage it is told, until it accepts again', async () => {
    const server = await start({ faults: { code: 421, at: 'sender' } })
    const transport = createTransport(server.url)
    await expect(transport.sendMail(mail)).rejects.toMatchObject({ responseCode: 421 })
    server.refuse(550)
    await expect(transport.sendMail(mail)).rejects.toMatchObject({ responseCode: 550 })
    server.refuse(452, 'text')
    await expect(transport.sendMail(mail)).rejects.toMatchObject({ responseCode: 452 })
    expect(server.mails).toEqual([])
    server.accept()
    await transport.sendMail(mail)
    expect(server.mails).toHaveLength(1)
  })

  test('a mail that does not come is an error that names what came', async () => {
    const server = await start()
    await createTransport(server.url).sendMail({ ...mail, bcc: [] })
    const missing = server.waitForMail(({ subject }) => subject === 'other', 1)
    await expect(missing).rejects.toThrow('No such mail in 1 ms; came: "Grün — ready" to ann@shop.test.')
  })
})

test.each([
  { name: 'plain', raw: 'Subject: a\r\n  b\r\n\r\nhello\r\n', expected: { subject: 'a b', text: 'hello\n' } },
  { name: 'base64', raw: 'Content-Transfer-Encoding: base64\n\naGVsbG8=\n', expected: { text: 'hello' } },
  {
    name: 'quoted-printable',
    raw: 'Content-Transfer-Encoding: quoted-printable\n\na=C3=BCb=\nc=3D\n',
    expected: { text: 'aübc=\n' },
  },
  {
    name: 'quoted-printable, a blank before a soft line break is of the text',
    raw: 'Content-Transfer-Encoding: quoted-printable\n\nand =\nthe= \nrest\n',
    expected: { text: 'and therest\n' },
  },
  {
    name: 'encoded words',
    raw: 'Subject: =?UTF-8?Q?a_=C3=BC?= =?utf-8?B?IGI=?=\n\n',
    expected: { subject: 'a ü b', text: '' },
  },
  { name: 'no header end', raw: 'garbage', expected: { text: '' } },
])('parseMail: $name', ({ raw, expected }) => {
  const { headers, text } = parseMail(raw)
  expect({ ...(headers.subject === undefined ? {} : { subject: headers.subject }), text }).toEqual(expected)
})
