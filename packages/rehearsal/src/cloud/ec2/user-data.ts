import { parseDocument } from 'yaml'

/** What the machines take from cloud-init's user data. */
export interface UserData {
  /** A private host key to use: ed25519 before ecdsa before rsa. */
  hostKey: string | undefined
  authorizedKeys: string[]
}

/** Reads `#cloud-config`, alone or as parts of a MIME message; anything else (scripts) asks for nothing here. */
export function readUserData(base64: string | undefined): UserData {
  const text = Buffer.from(base64 ?? '', 'base64').toString()
  const found = configsIn(text).map(readConfig)
  return {
    hostKey: found.find(({ hostKey }) => hostKey !== undefined)?.hostKey,
    authorizedKeys: found.flatMap(({ authorizedKeys }) => authorizedKeys),
  }
}

function configsIn(text: string): string[] {
  const [head = '', ...rest] = text.split(/\r?\n\r?\n/)
  const boundary = /boundary="?([^"\s;]+)"?/i.exec(head)?.[1]
  if (boundary === undefined || !/^content-type:\s*multipart\//im.test(head)) return isConfig(text) ? [text] : []
  const parts = rest.join('\n\n').split(new RegExp(`^--${escapePattern(boundary)}(?:--)?[ \\t]*\\r?$`, 'm'))
  return parts.flatMap(partBody).filter(isConfig)
}

/** The decoded body of one MIME part, or nothing when it is no text/cloud-config. */
function partBody(part: string): string[] {
  const match = /^([\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(part.replace(/^\r?\n/, ''))
  if (match === null) return []
  const [, head = '', body = ''] = match
  const encoded = /^content-transfer-encoding:\s*base64/im.test(head)
  const plain = encoded ? Buffer.from(body, 'base64').toString() : body
  if (/^content-type:\s*text\/cloud-config/im.test(head) && !isConfig(plain)) return [`#cloud-config\n${plain}`]
  return [plain]
}

function isConfig(text: string): boolean {
  return /^#cloud-config\s*(?:\n|$)/.test(text)
}

function readConfig(text: string): UserData {
  const document = parseDocument(text)
  const config: unknown = document.errors.length === 0 ? document.toJS() : undefined // cloud-init boots on without it, too
  const keys = fieldOf(config, 'ssh_keys')
  const hostKey = ['ed25519', 'ecdsa', 'rsa'].map((type) => fieldOf(keys, `${type}_private`)).find(isText)
  const authorized = fieldOf(config, 'ssh_authorized_keys')
  return { hostKey, authorizedKeys: Array.isArray(authorized) ? authorized.filter(isText) : [] }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
