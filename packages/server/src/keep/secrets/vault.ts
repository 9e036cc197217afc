import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { TscalerError } from '../../model/problem.ts'
import type { Sealed } from '../../model/record.ts'
import type { Vault } from './secrets.ts'

/** One key as it is used: its id stands in envelopes and tells nothing of it. */
interface Key {
  id: string
  sealing: Buffer
  digesting: Buffer
}

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12 // what GCM is made for; NIST SP 800-38D §8.2.2 allows 2^32 random ones a key
const TAG_BYTES = 16
const DIGEST_BYTES = 16 // 128 bits: two secrets meet by chance never, and the line in the file stays short

/**
 * A vault whose keys are in the text: one or more, separated by spaces, commas or line ends, the current one first, older
 * ones after it. Throws `bad-input` where the text holds none or something that is no key; never says the text.
 */
export function openVault(text: string): Vault {
  const keys = parseKeys(text)
  const current = keys[0]
  if (!current) throw noKey('no key')
  return {
    seal: (plain) => seal(current, plain),
    open: (sealed) => open(keys, sealed),
    isCurrent: (sealed) => sealed.startsWith(headOf(current)),
    digest: (plain) => digest(current, plain),
    matches: (plain, given) => keys.some((key) => equal(digest(key, plain), given)),
  }
}

/** The ids of a text's keys, as they stand in envelopes, the current one first. Throws as `openVault` does. */
export function keyIds(text: string): string[] {
  return parseKeys(text).map(({ id }) => id)
}

// Keys differ by 32 characters at least: what a person types by heart is guessed.
const keyPattern = /^[A-Za-z0-9+/_=-]{32,1024}$/

function parseKeys(text: string): Key[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  const wrong = words.findIndex((word) => !keyPattern.test(word))
  if (wrong >= 0) throw noKey(`one of ${words[wrong]?.length} characters (number ${wrong + 1})`)
  return words.map((word) => ({
    id: derive(word, 'id', 6).toString('base64url'),
    sealing: derive(word, 'sealing', 32),
    digesting: derive(word, 'digesting', 32),
  }))
}

function noKey(got: string): TscalerError {
  const message = `The secret key: got ${got}, expected 32 or more letters, digits, +, /, -, _ or =. Make one with "openssl rand -hex 32".`
  return new TscalerError('bad-input', message, { findings: [{ path: 'TSCALER_SECRET_KEY', message }] })
}

/** One key for each use, so that what one gives away says nothing of the other. */
function derive(word: string, use: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', word, 'tscaler', `v1 ${use}`, bytes))
}

function headOf(key: Key): string {
  return `v1.${key.id}.`
}

function seal(key: Key, plain: string): Sealed {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key.sealing, iv)
  cipher.setAAD(Buffer.from(headOf(key))) // so that the head can't be changed either
  const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  const parts = [iv, cipher.getAuthTag(), text].map((part) => part.toString('base64url'))
  return `${headOf(key)}${parts.join('.')}` as Sealed
}

function open(keys: readonly Key[], sealed: Sealed): string {
  const match = /^v1\.([\w-]+)\.([\w-]{16})\.([\w-]{22})\.([\w-]*)$/.exec(sealed)
  if (!match) throw wrongKey('A secret in the store is no envelope of this program. Enter the secret again.')
  const [, id, iv = '', tag = '', text = ''] = match
  const key = keys.find((each) => each.id === id)
  if (!key) {
    const have = keys.map((each) => each.id).join(', ')
    throw wrongKey(
      `A secret was sealed with key ${id}, and the server has ${have}. Put that key after the current one in TSCALER_SECRET_KEY or its file, or enter the secret again.`,
    )
  }
  try {
    const decipher = createDecipheriv(CIPHER, key.sealing, Buffer.from(iv, 'base64url'), { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(headOf(key)))
    decipher.setAuthTag(Buffer.from(tag, 'base64url'))
    return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString('utf8')
  } catch {
    throw wrongKey(`A secret sealed with key ${id} was changed in the store and does not open. Enter the secret again.`)
  }
}

function wrongKey(message: string): TscalerError {
  return new TscalerError('wrong-secret-key', message)
}

function digest(key: Key, plain: string): string {
  return createHmac('sha256', key.digesting)
    .update(plain, 'utf8')
    .digest()
    .subarray(0, DIGEST_BYTES)
    .toString('base64url')
}

function equal(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
