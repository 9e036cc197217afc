import { expect, test } from 'vitest'
import { openOidc } from './open-oidc.ts'
import { type Setting, settingsTable } from './settings.ts'

const none = {
  oidcIssuer: null,
  oidcClientId: null,
  oidcClientSecret: null,
  oidcRoleClaim: 'groups',
  oidcRoleMap: null,
  oidcName: 'Work',
}
const clock = { monotonic: () => 0 }

test('without an issuer there is no single sign-on; with one it asks nothing yet', () => {
  expect(openOidc(none, clock)).toBeNull()
  const settings = { ...none, oidcIssuer: 'https://id.invalid', oidcClientId: 'tscaler' }
  expect(openOidc(settings, clock)).toMatchObject({ address: 'https://id.invalid', name: 'Work', roleMap: null })
})

test('an issuer that knows tscaler by no id is said at the start', () => {
  expect(() => openOidc({ ...none, oidcIssuer: 'https://id.invalid' }, clock)).toThrow(
    'TSCALER_OIDC_CLIENT_ID is missing, which https://id.invalid knows tscaler by. Set it, or leave TSCALER_OIDC_ISSUER out.',
  )
})

function parse(key: Setting['key'], text: string): unknown {
  return settingsTable.find((setting) => setting.key === key)?.parse(text)
}

test.each([
  ['https://id.example.org/realms/work', 'https://id.example.org/realms/work'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://localhost/x', 'http://localhost/x'],
  ['http://id.example.org', undefined],
  ['http://127.0.0.1.example.org', undefined],
  ['https://id.example.org/?x', undefined],
  ['id.example.org', undefined],
  ['', null],
])('an issuer %j is taken as %j', (text, expected) => expect(parse('oidcIssuer', text)).toBe(expected))

test.each([
  ['off', null],
  ['admin', 'admin'],
  ['viewer', 'viewer'],
  ['none', undefined],
  ['on', undefined],
])('a second factor required of %j is taken as %j', (text, expected) =>
  expect(parse('secondFactor', text)).toBe(expected),
)
