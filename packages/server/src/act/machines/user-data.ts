import { TaskFailed } from '../action.ts'

/** EC2's limit, before base64. */
export const userDataBytesMax = 16_384

/** A line that ends a part can't stand in one: it is random enough, and checked for all the same. */
const boundary = '=====tscaler-part====='

/**
 * The user data that a machine is started with: what the profile says, and the host key that tscaler injects. Two parts make a MIME
 * multipart, which cloud-init takes apart (RFC 2046; cloud-init "User data formats"). Throws `TaskFailed` over 16 KB.
 */
export function mergeUserData(
  given: string | null,
  hostKey: { privateKey: string; publicKey: string } | null,
): string | null {
  const merged = hostKey === null ? given : given === null ? keyPart(hostKey) : multipart(given, keyPart(hostKey))
  const bytes = Buffer.byteLength(merged ?? '')
  if (bytes <= userDataBytesMax) return merged
  const message = `the user data has ${bytes} bytes${hostKey ? ' with the host key that tscaler adds' : ''}, EC2 takes ${userDataBytesMax}. Shorten it, or let it fetch the rest.`
  throw new TaskFailed(message, { retryable: false })
}

function keyPart({ privateKey, publicKey }: { privateKey: string; publicKey: string }): string {
  const block = privateKey.trimEnd().split('\n')
  return [
    '#cloud-config',
    'ssh_deletekeys: true',
    'ssh_keys:',
    '  ed25519_private: |',
    ...block.map((line) => `    ${line}`),
    `  ed25519_public: ${publicKey}`,
    '',
  ].join('\n')
}

/** One that is a multipart already is taken as a part: cloud-init walks them to the bottom. */
function multipart(given: string, ours: string): string {
  const parts = [given, ours].map((text) => {
    const { type, body } = /^(MIME-Version|Content-Type):/i.test(given) && text === given ? nested(text) : plain(text)
    return [`--${boundary}`, `Content-Type: ${type}`, 'MIME-Version: 1.0', '', body].join('\n')
  })
  return [
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    'MIME-Version: 1.0',
    '',
    ...parts,
    `--${boundary}--`,
    '',
  ].join('\n')
}

function nested(text: string): { type: string; body: string } {
  const [head = '', ...rest] = text.split(/\r?\n\r?\n/)
  const type = /^Content-Type:\s*((?:.|\r?\n[ \t])*)/im.exec(head)?.[1]?.trim()
  return { type: type ?? 'multipart/mixed', body: rest.join('\n\n') }
}

/** The first line says what it is, as cloud-init reads it. */
function plain(text: string): { type: string; body: string } {
  const type = types.find(([start]) => text.startsWith(start))?.[1]
  if (type !== undefined) return { type: `${type}; charset="utf-8"`, body: text }
  const message =
    "the user data begins with nothing that cloud-init knows (#cloud-config, #!, #include, …), so a host key can't be added to it. Begin it so, or set hostKeyFrom: console."
  throw new TaskFailed(message, { retryable: false })
}

const types = [
  ['#cloud-config-archive', 'text/cloud-config-archive'],
  ['#cloud-config', 'text/cloud-config'],
  ['#cloud-boothook', 'text/cloud-boothook'],
  ['#include-once', 'text/x-include-once-url'],
  ['#include', 'text/x-include-url'],
  ['#part-handler', 'text/part-handler'],
  ['## template: jinja', 'text/jinja2'],
  ['#!', 'text/x-shellscript'],
] as const
