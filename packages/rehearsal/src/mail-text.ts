/** A received mail, taken apart as far as tests look at it. */
export interface MailText {
  /** Names in lower case; of a repeated header the first. Encoded words (RFC 2047) are decoded. */
  headers: Readonly<Record<string, string>>
  /** The first text/plain part, decoded, with LF line ends; empty when there is none. */
  text: string
  /** The first text/html part, decoded; empty when there is none. */
  html: string
}

/** Takes a mail apart: headers, multipart, quoted-printable and base64 bodies in UTF-8. Never throws. */
export function parseMail(raw: string): MailText {
  const { headers, body } = splitPart(raw)
  const parts = leaves(headers, body)
  const first = (type: string) => parts.find((part) => part.type === type)?.text ?? ''
  return { headers, text: first('text/plain'), html: first('text/html') }
}

interface Leaf {
  type: string
  text: string
}

function splitPart(raw: string): { headers: Record<string, string>; body: string } {
  const text = raw.replace(/\r\n/g, '\n')
  const end = text.indexOf('\n\n')
  const [head, body] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 2)]
  const headers: Record<string, string> = {}
  for (const line of head.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    if (colon > 0) headers[name] ??= decodeWords(line.slice(colon + 1).trim())
  }
  return { headers, body }
}

function leaves(headers: Readonly<Record<string, string>>, body: string): Leaf[] {
  const type = headers['content-type'] ?? 'text/plain'
  const boundary = /^multipart\/.*boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (boundary === undefined) {
    const text = decodeBody(body, headers['content-transfer-encoding'] ?? '7bit')
    return [{ type: (type.split(';')[0] ?? '').trim().toLowerCase(), text }]
  }
  // The first piece is the preamble; the piece that begins with "--" is what follows the closing boundary.
  const pieces = `\n${body}`
    .split(`\n--${boundary}`)
    .slice(1)
    .filter((piece) => !piece.startsWith('--'))
  return pieces
    .map((piece) => splitPart(piece.replace(/^[ \t]*\n/, '')))
    .flatMap((part) => leaves(part.headers, part.body))
}

function decodeBody(body: string, encoding: string): string {
  switch (encoding.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString().replace(/\r\n/g, '\n')
    case 'quoted-printable':
      return decodeQuoted(body.replace(/=[ \t]*\n/g, ''))
    default:
      return body
  }
}

function decodeQuoted(text: string): string {
  const bytes = text.replace(/(?:=[0-9A-F]{2})+/gi, (run) => Buffer.from(run.replace(/=/g, ''), 'hex').toString())
  return bytes.replace(/\r\n/g, '\n')
}

function decodeWords(value: string): string {
  // White space between two encoded words is no part of the text (RFC 2047 §6.2).
  const joined = value.replace(/\?=\s+=\?/g, '?==?')
  return joined.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
    kind.toLowerCase() === 'b' ? Buffer.from(text, 'base64').toString() : decodeQuoted(text.replace(/_/g, ' ')),
  )
}
