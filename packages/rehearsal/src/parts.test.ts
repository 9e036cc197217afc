import { afterEach, expect, test, vi } from 'vitest'
import { part, requirePart } from './parts.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

test('what is there is no reason to skip', () => {
  expect(part('sshd').install).toBe('apt-get install -y openssh-server')
  vi.stubEnv('PATH', '/bin:/usr/bin')
  expect(requirePart('bash')).toEqual({ skip: false, message: '' })
})

test('what is missing is said in one line that names the remedy', () => {
  vi.stubEnv('PATH', '/nowhere')
  vi.stubEnv('FLEET_REQUIRE', '')
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  const message = 'skip tier1: fab missing: apt-get install -y fabric'
  expect(requirePart('fab')).toEqual({ skip: true, message })
  expect(warn).toHaveBeenCalledExactlyOnceWith(message)
})

test('with FLEET_REQUIRE=1 a missing part is an error', () => {
  vi.stubEnv('PATH', '/nowhere')
  vi.stubEnv('FLEET_REQUIRE', '1')
  expect(() => requirePart('chromium')).toThrow('skip tier3: chromium missing: apt-get install -y chromium')
})
