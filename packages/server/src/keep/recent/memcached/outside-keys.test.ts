import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isZone, outsideKeys } from './outside-keys.ts'

const at = Date.UTC(2013, 5, 18, 20, 46, 7)

test.each([
  {
    name: 'SSH, second',
    keys: 'second',
    zone: 'UTC',
    prefix: '',
    series: '4.2',
    key: 'ssh_sshcounter.2.4.20130618204607',
  },
  {
    name: 'SSH, minute',
    keys: 'minute',
    zone: 'UTC',
    prefix: '',
    series: '4.2',
    key: 'ssh_sshcounter.2.4.201306182046',
  },
  { name: 'JMX', keys: 'second', zone: 'UTC', prefix: '', series: '7.3.5', key: 'jmx_jmxcounter.3.5.7.20130618204607' },
  {
    name: 'a zone',
    keys: 'minute',
    zone: 'Europe/Madrid',
    prefix: '',
    series: '4.2',
    key: 'ssh_sshcounter.2.4.201306182246',
  },
  {
    name: 'a prefix',
    keys: 'minute',
    zone: 'UTC',
    prefix: ':1:',
    series: '4.2',
    key: ':1:ssh_sshcounter.2.4.201306182046',
  },
] as const)('the key of a value: $name', ({ keys, zone, prefix, series, key }) => {
  const outside = outsideKeys({ keys, zone, prefix })
  expect(outside.valueKey(series, at)).toBe(key)
  expect(outside.hitsKey(series)).toBe(key.replace(/\.\d{12,14}$/, ''))
})

test('midnight is 00, and days go on', () => {
  const { valueKey } = outsideKeys({ keys: 'second', zone: 'UTC', prefix: '' })
  expect(valueKey('1.1', Date.UTC(2024, 1, 29, 0, 0, 0, 999))).toBe('ssh_sshcounter.1.1.20240229000000')
  expect(valueKey('1.1', Date.UTC(2024, 1, 29, 23, 59, 59))).toBe('ssh_sshcounter.1.1.20240229235959')
})

test('in UTC it is the instant in digits, whenever', () => {
  const { valueKey } = outsideKeys({ keys: 'second', zone: 'UTC', prefix: '' })
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }), (when) => {
      const digits = when.toISOString().replace(/\D/g, '').slice(0, 14)
      expect(valueKey('1.1', when.getTime())).toBe(`ssh_sshcounter.1.1.${digits}`)
    }),
  )
})

test('zones are those that this machine knows', () => {
  expect(['UTC', 'Europe/Madrid', 'Mars/Olympus'].map(isZone)).toEqual([true, true, false])
})
