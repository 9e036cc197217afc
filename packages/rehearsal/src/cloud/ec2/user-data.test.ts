import { expect, test } from 'vitest'
import { readUserData } from './user-data.ts'

const CONFIG = 'ssh_keys:\n  rsa_private: R\n  ed25519_private: E\nssh_authorized_keys: [A, B]\n'
const FOUND = { hostKey: 'E', authorizedKeys: ['A', 'B'] }
const NOTHING = { hostKey: undefined, authorizedKeys: [] }

const mime = (...parts: string[]) =>
  [
    'Content-Type: multipart/mixed; boundary="=.=b+1"',
    'MIME-Version: 1.0',
    '',
    ...parts.flatMap((part) => ['--=.=b+1', part]),
    '--=.=b+1--',
    '',
  ].join('\n')

test.each([
  { name: 'a cloud-config', text: `#cloud-config\n${CONFIG}`, expected: FOUND },
  { name: 'a cloud-config with CRLF', text: `#cloud-config\n${CONFIG}`.replaceAll('\n', '\r\n'), expected: FOUND },
  {
    name: 'JSON, which is YAML',
    text: '#cloud-config\n{"ssh_keys":{"ecdsa_private":"C"}}',
    expected: { hostKey: 'C', authorizedKeys: [] },
  },
  { name: 'a script', text: `#!/bin/sh\n${CONFIG}`, expected: NOTHING },
  { name: 'nothing', text: '', expected: NOTHING },
  {
    name: 'broken YAML, with which a machine boots all the same',
    text: '#cloud-config\nssh_keys: [',
    expected: NOTHING,
  },
  {
    name: 'MIME: a script and a cloud-config without its first line',
    text: mime(
      'Content-Type: text/x-shellscript\n\n#!/bin/sh\necho\n\ntrue',
      `Content-Type: text/cloud-config\n\n${CONFIG}`,
    ),
    expected: FOUND,
  },
  {
    name: 'MIME with base64 and CRLF',
    text: mime(
      `Content-Type: text/cloud-config\nContent-Transfer-Encoding: base64\n\n${Buffer.from(`#cloud-config\n${CONFIG}`).toString('base64')}`,
    ).replaceAll('\n', '\r\n'),
    expected: FOUND,
  },
])('readUserData: $name', ({ text, expected }) => {
  expect(readUserData(Buffer.from(text).toString('base64'))).toEqual(expected)
})
