import { describe, expect, test } from 'vitest'
import { type Placeholder, placeholders } from './template.ts'
import { addressOf, parseStatuses, waitTrouble } from './wait-fields.ts'

const values = Object.fromEntries(placeholders.map((name) => [name, name])) as Record<Placeholder, string>

test.each([
  { name: 'one code', text: '200', expected: [{ from: 200, to: 200 }] },
  { name: 'a range holds both ends', text: '200-399', expected: [{ from: 200, to: 399 }] },
  {
    name: 'several',
    text: '200, 301 - 308,404',
    expected: [
      [200, 200],
      [301, 308],
      [404, 404],
    ].map(([from, to]) => ({ from, to })),
  },
  { name: 'a range backwards', text: '399-200', expected: undefined },
  { name: 'no code', text: '99', expected: undefined },
  { name: 'a code over 599', text: '600', expected: undefined },
  { name: 'an empty part', text: '200,', expected: undefined },
  { name: 'nothing', text: '', expected: undefined },
])('parseStatuses: $name', ({ text, expected }) => expect(parseStatuses(text)).toEqual(expected))

test.each([
  { name: 'a host and a port', url: 'http://{{host}}:8080/health', expected: 'http://host:8080/health' },
  { name: 'an IPv6 host gets brackets', url: 'http://{{host}}:80/', host: 'fd00::1', expected: 'http://[fd00::1]/' },
  {
    name: 'a value can not change another part',
    url: 'https://a.example/?v={{value}}',
    value: '1&x=2#',
    expected: 'https://a.example/?v=1%26x%3D2%23',
  },
])('addressOf: $name', ({ url, expected, ...some }) => {
  expect(String(addressOf(url, { ...values, ...some }))).toBe(expected)
})

describe('waitTrouble', () => {
  const wait = 'expected one of counter and url'
  test.each([
    { name: 'a counter with its threshold', fields: { counter: 1, until: '< 4' }, expected: [] },
    { name: 'an address alone', fields: { url: 'http://{{host}}:8080/' }, expected: [] },
    { name: 'an address with all', fields: { url: 'https://x/', status: '200-299', contains: 'UP' }, expected: [] },
    { name: 'neither', fields: {}, expected: [{ field: 'counter', message: `is missing, ${wait}` }] },
    {
      name: 'both',
      fields: { counter: 1, until: '< 4', url: 'http://x/' },
      expected: [{ field: 'counter', message: `stands beside url, ${wait}` }],
    },
    {
      name: 'a counter without a threshold',
      fields: { counter: 1 },
      expected: [{ field: 'until', message: 'is missing, expected a threshold such as "< 4"' }],
    },
    {
      name: 'no threshold, and a status that nobody looks at',
      fields: { counter: 1, until: '4', status: '200' },
      expected: [
        { field: 'until', message: 'got "4", expected a comparison and a number, such as "< 4"' },
        { field: 'status', message: 'stands beside counter, which does not look at it' },
      ],
    },
    {
      name: 'another protocol',
      fields: { url: 'ftp://{{host}}/' },
      expected: [{ field: 'url', message: 'got "ftp://1/", expected one that begins with http:// or https://' }],
    },
    {
      name: 'no address',
      fields: { url: '{{host}}/health' },
      expected: [{ field: 'url', message: 'got "1/health", expected an address such as http://{{host}}:8080/health' }],
    },
    {
      name: 'a password in it is not repeated',
      fields: { url: 'http://me:hidden@x/' },
      expected: [{ field: 'url', message: 'holds a user or a password, which must not stand in an address' }],
    },
    {
      name: 'a status that is none, and a threshold',
      fields: { url: 'http://x/', status: 'ok', until: '> 1' },
      expected: [
        { field: 'until', message: 'stands beside url, which does not look at it' },
        { field: 'status', message: 'got "ok", expected status codes such as "200", "200-299" or "200, 404"' },
      ],
    },
  ])('$name', ({ fields, expected }) => expect(waitTrouble(fields)).toEqual(expected))
})
