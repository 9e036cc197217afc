import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ketama } from './ketama.ts'

const servers = [21_311, 21_312, 21_313].map((port) => ({ host: '127.0.0.1', port }))

test('keys lie where libmemcached 1.0.18 ("ketama weighted") put them', () => {
  // Recorded with pylibmc 1.6.3 and three servers: the server of ssh_sshcounter.<0 to 59>.4.20130618204600.
  const recorded = '211210000002112002022102002220020111020101121102201211011001'
  const place = ketama(servers)
  const found = Array.from(recorded, (_, node) => place(`ssh_sshcounter.${node}.4.20130618204600`))
  expect(found.join('')).toBe(recorded)
})

test('a server that is taken out moves its own keys only', () => {
  const [three, two] = [ketama(servers), ketama(servers.slice(0, 2))]
  fc.assert(
    fc.property(fc.string(), (key) => {
      const before = three(key)
      if (before !== 2) expect(two(key)).toBe(before)
    }),
  )
})
