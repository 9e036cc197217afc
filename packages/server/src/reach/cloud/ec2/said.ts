/**
 * What AWS said, fit for an operator's eyes: one line without its full stop, not too long, without anything secret or opaque. `''`: nothing
 * is left of it. `secrets` may be long texts: every word of them is taken out too, for it may be the password.
 */
export function said(message: string, secrets: readonly string[]): string {
  const plain = message.replace(ENCODED, '').replace(/[\p{Cc}\s]+/gu, ' ')
  const masked = secrets.flatMap(shapesOf).reduce((text, secret) => text.replaceAll(secret, MASK), plain)
  const short = masked.replace(OPAQUE, MASK).trim().replace(/\.+$/, '')
  return short.length > LENGTH_MAX ? `${short.slice(0, LENGTH_MAX)}…` : short
}

const MASK = '•••'
/** Enough for the longest of AWS's own sentences with two ARNs in it. */
const LENGTH_MAX = 300
/** Useless without a further call, and as long as a page. */
const ENCODED = /\.?\s*Encoded authorization failure message:.*$/is
/** Longer than any id of AWS, shorter than its signatures and tokens. ARNs have colons. */
const OPAQUE = /[A-Za-z0-9+/=_-]{56,}/g
/** Shorter words would take half the alphabet out of the sentence. */
const WORD_MIN = 6

function shapesOf(secret: string): string[] {
  const whole = [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]
  const words = secret.split(/[\s'"`=:,;<>(){}[\]|&]+/)
  // The longest first, so that no tail is left of one that begins with another.
  return [...new Set([...whole, ...words])].filter((one) => one.length >= WORD_MIN).sort((a, b) => b.length - a.length)
}
