/** What stands in place of a secret. */
const mask = '•••'

/** Derived forms of shorter secrets would hide half of every log, and tell little. */
const derivedLengthMin = 4
/** A line of a longer secret, such as a key, is one by itself from this length on. */
const lineLengthMin = 8

/**
 * A function that takes the secrets out of a text: as they are, line by line, in JSON, in URLs, and in base64 wherever they
 * stand in what was encoded. Without secrets it gives the text back.
 */
export function masking(secrets: Iterable<string>): (text: string) => string {
  const forms = [...new Set([...secrets].flatMap(formsOf))].filter((form) => form !== '')
  if (forms.length === 0) return (text) => text
  // The longest first: a secret that begins with another must not leave its end behind.
  forms.sort((a, b) => b.length - a.length)
  const pattern = new RegExp(forms.map(escaped).join('|'), 'g')
  return (text) => text.replace(pattern, mask)
}

function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/)
  const parts = lines.length > 1 ? lines.map((line) => line.trim()).filter((line) => line.length >= lineLengthMin) : []
  const plain = [secret, secret.trim(), ...parts]
  if (secret.length < derivedLengthMin) return plain
  return [
    ...plain,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    ...base64Forms(secret),
  ]
}

/** Of the three ways in which base64 may cut the bytes, the characters that depend on the secret alone. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const rest = (before + bytes.length) % 3
    const own = encoded.slice(before === 0 ? 0 : before + 1, rest === 0 ? undefined : -1)
    return own.length < derivedLengthMin ? [] : [own, own.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}
