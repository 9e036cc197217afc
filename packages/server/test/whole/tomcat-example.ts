import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cloud } from '@tscaler/rehearsal/cloud/cloud.ts'
import { targetGroupArn } from '@tscaler/rehearsal/cloud/inventory.ts'

/** What the example is put down with. */
export interface ExamplePlace {
  cloud: Cloud
  /** Logs in to its machines. */
  privateKey: string
  /** Where the application and the machines' load are had, in the machines' network. */
  artifactsUrl: string
  folder: string
}

/** The example as it stands in a folder, changed where every user has to change it. */
export interface Example {
  file: string
  /** What the front's HAProxy reads and writes. */
  front: { program: string; config: string; members: string; pidFile: string }
}

const source = fileURLToPath(new URL('../../../../examples/tomcat-cluster', import.meta.url))

/** The port of the front in the hub's network, where nothing else listens. */
export const frontPort = 80

/** A copy of the shipped example for this cloud, with times that a test can wait for. Throws where the example has nothing to change any more. */
export async function putDownExample({ cloud, privateKey, artifactsUrl, folder }: ExamplePlace): Promise<Example> {
  const at = (...parts: string[]) => path.join(folder, 'shop', ...parts)
  await cp(source, at(), { recursive: true })
  await cp(at('front', 'update-front.sh'), at('update-front'))
  await chmod(at('update-front'), 0o755)
  const front = {
    program: at('update-front'),
    config: at('front', 'haproxy.cfg'),
    members: at('shop.cfg'),
    pidFile: at('haproxy.pid'),
  }
  await mkdir(at('keys'))
  await writeFile(at('keys', 'ops'), privateKey, { mode: 0o600 })
  await replaceIn(at('scripts', 'application.sh'), [
    ['https://artifacts.example.org/shop/shop.war', `${artifactsUrl}/shop.war`],
  ])
  await replaceIn(at('tscaler.yaml'), [
    ...placeOf(cloud),
    [
      '[/usr/local/sbin/update-front, /etc/haproxy/haproxy.cfg, /etc/haproxy/shop.cfg, /run/haproxy.pid]',
      `[${[front.program, front.config, front.members, front.pidFile].join(', ')}]`,
    ],
    // The machines of a test have the load of this one.
    [`cut -d' ' -f1 /proc/loadavg`, `curl -fsS ${artifactsUrl}/load`],
    ...quickTimes,
  ])
  return { file: at('tscaler.yaml'), front }
}

type Replacement = readonly [text: string, by: string]

function placeOf({ region, accountId, user }: Cloud): Replacement[] {
  return [
    ['user: admin', `user: ${user}`],
    ['region: us-east-1', `region: ${region}`],
    [
      'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/shop/73686f7000000000',
      targetGroupArn(region, accountId, 'shop'),
    ],
  ]
}

/** A test begins with one machine, and waits for nothing that a person would. */
const quickTimes: Replacement[] = [
  ['min: 2', 'min: 1'],
  ['cooldown: 5m', 'cooldown: 0s'],
  ['warmUp: 2m', 'warmUp: 0s'],
  ['period: 10s', 'period: 1s'],
  ['timing: 5 ', 'timing: 2s '],
  ['timing: 15\n', 'timing: 2s\n'],
]

async function replaceIn(file: string, replacements: readonly Replacement[]): Promise<void> {
  let text = await readFile(file, 'utf8')
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}: correct what the test replaces.`)
    text = text.replaceAll(from, to)
  }
  await writeFile(file, text)
}
