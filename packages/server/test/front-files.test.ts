import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { settingsTable } from '../src/start/settings.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const front = path.join(root, 'front')
const read = (name: string) => readFileSync(path.join(front, name), 'utf8')

const known = new Set(settingsTable.map(({ variable }) => variable))

/** The names of tscaler's settings in a text. */
function settingsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\bTSCALER_[A-Z0-9_]+/g)].map(([name]) => name))]
}

test.each([
  'systemd/tscaler.service',
  'systemd/tscaler-backup.service',
  'container/Containerfile',
  'container/compose.yaml',
  'nginx/tscaler.conf',
])('every setting that %s names is one', (name) => {
  expect(settingsIn(read(name)).filter((setting) => !known.has(setting))).toEqual([])
})

describe.skipIf(requirePart('systemd-analyze').skip)('systemd units', () => {
  const units = ['tscaler.service', 'tscaler-backup.service', 'tscaler-backup.timer'].map((name) =>
    path.join(front, 'systemd', name),
  )

  test('are what systemd understands, every line', () => {
    const { PATH } = process.env
    const options = { encoding: 'utf8', env: { PATH } } as const
    // What it has to say it says on stderr, and ends with 1.
    expect(execFileSync('systemd-analyze', ['verify', '--man=no', ...units], options)).toBe('')
  })

  test.each(['tscaler.service', 'tscaler-backup.service'])('%s leaves little open', (unit) => {
    const words = ['security', '--offline=yes', '--threshold=20', '--no-pager', path.join(front, 'systemd', unit)]
    // Tenths of its exposure level: 2.0 of 10. Above it the tool ends with 1.
    expect(execFileSync('systemd-analyze', words, { encoding: 'utf8' })).toContain('Overall exposure level')
  })
})

interface Service {
  image?: string
  build?: { context: string; dockerfile: string; target: string; args?: Record<string, string> }
  environment?: Record<string, string>
  networks: string[]
  volumes?: string[]
  secrets?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: object
  ports?: string[]
}

// There is no container engine where this was written: what follows is read, not run.
describe('containers', () => {
  const compose: {
    services: Record<string, Service>
    networks: Record<string, { ipam?: { config: { subnet: string }[] } }>
    volumes: Record<string, object>
    secrets: Record<string, { file: string }>
  } = parse(read('container/compose.yaml'))
  const services = Object.entries(compose.services)
  const containerfile = read('container/Containerfile')
  const stages = [...containerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, stage]) => stage)

  test('everything that a service refers to is there', () => {
    for (const [name, service] of services) {
      for (const network of service.networks) expect(Object.keys(compose.networks), name).toContain(network)
      for (const secret of service.secrets ?? []) expect(Object.keys(compose.secrets), name).toContain(secret)
      for (const volume of service.volumes ?? [])
        if (!volume.startsWith('.')) expect(Object.keys(compose.volumes), name).toContain(volume.split(':')[0])
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        expect(Object.keys(compose.services), name).toContain(other)
        const healthy =
          compose.services[other]?.healthcheck ??
          (other === 'tscaler' ? containerfile.includes('HEALTHCHECK') : undefined)
        if (condition === 'service_healthy') expect(healthy, `${name} waits for ${other}`).toBeTruthy()
      }
      if (service.build) {
        expect(stages).toContain(service.build.target)
        expect(existsSync(path.join(front, 'container', service.build.context, service.build.dockerfile))).toBe(true)
      }
    }
  })

  test('every image has an exact version', () => {
    const images = services.flatMap(([, { image }]) => image ?? [])
    const bases = [...containerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image ?? '')
    expect(
      [...images, ...bases].filter((image) => !/^docker\.io\/library\/[a-z]+:\d+\.\d+(\.\d+)?(-\w+)*$/.test(image)),
    ).toEqual([])
  })

  test('only the front can be reached from outside, and only its network is believed', () => {
    expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['front'])
    const [subnet] = compose.networks.front?.ipam?.config ?? []
    expect(compose.services.tscaler?.environment?.TSCALER_TRUSTED_PROXIES).toBe(subnet?.subnet)
    expect(
      services
        .filter(([, { networks }]) => networks.includes('front'))
        .map(([name]) => name)
        .sort(),
    ).toEqual(['front', 'tscaler'])
  })

  test('no password stands in it, and one that is missing ends it in words', () => {
    const text = read('container/compose.yaml')
    const given = [...text.matchAll(/\$\{(\w+)(:\?[^}]+)?\}/g)]
    expect(given.map(([, , words]) => words).every((words) => words !== undefined)).toBe(true)
    expect(text).not.toMatch(/_PASS(WORD)?: "?[^"$\s]/)
  })

  test('what the front image makes of the shipped configuration leads to the other container under the given name', () => {
    const [command = ''] = /sed -i [\s\S]*?default\.conf/.exec(containerfile) ?? []
    const folder = mkdtempSync(path.join(tmpdir(), 'tscaler-sed-'))
    try {
      const conf = path.join(folder, 'default.conf')
      writeFileSync(conf, read('nginx/tscaler.conf'))
      const env = { PATH: process.env.PATH, SERVER_NAME: 'scale.example.com' }
      execFileSync('sh', ['-c', command.replace('/etc/nginx/conf.d/default.conf', conf)], { env })
      const made = readFileSync(conf, 'utf8')
      expect(made).toContain('    server tscaler:8480 max_fails=1 fail_timeout=5s;')
      expect(made.match(/server_name scale\.example\.com;/g)).toHaveLength(2)
      expect(made).not.toMatch(/127\.0\.0\.1|tscaler\.example\.org/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('the pages lie where the front looks for them', () => {
    const [, target] = /^COPY --from=tscaler (?:\S+) (\S+)$/m.exec(containerfile) ?? []
    expect(read('nginx/tscaler.conf')).toContain(`root ${target};`)
  })
})
