import { readFile } from 'node:fs/promises'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rackProgram, writeProgram } from '../../../reach/cloud/program/program.fixture.ts'
import type { LocalPrograms } from '../../../reach/local/local-programs.ts'
import { Mortal } from '../../crash.fixture.ts'
import { RackHouse, realPrograms } from './deploy-command.fixture.ts'

const { skip } = requirePart('sshd', 'python3')
const onRack = test.skipIf(skip)

let at: RackHouse
beforeEach(async () => {
  at = await RackHouse.open()
})
afterEach(() => at.close())

onRack('a machine of the program becomes a node in service', async () => {
  const seen = await at.deploy()
  expect(seen.run.state, seen.log.join('\n')).toBe('succeeded')
  const [vm] = await at.rack.taken()
  const { uid } = await at.house.store.installation.get(1)
  expect(vm?.tags).toMatchObject({ Name: 'shop01', Cluster: 'shop', 'tscaler:installation': uid })
  expect(await at.house.store.nodes.list()).toMatchObject([
    {
      name: 'shop01',
      state: 'in-service',
      hostname: at.machines[0]?.host,
      hostKey: at.machines[0]?.hostKey,
      instanceId: vm?.id,
      ec2ProfileId: null,
    },
  ])
  expect(await at.house.store.launches.list()).toMatchObject([{ state: 'made', vmId: vm?.id, token: vm?.token }])
})

/** A program that does as the rack does; its first launch makes the machine, and then `trouble` instead of the answer. */
async function troubledOnce(trouble: string): Promise<string[]> {
  const program = await writeProgram(
    at.rack.folder,
    `#!/bin/sh
ask=$(cat)
case $ask in
*'"op":"launch"'*) if mkdir "$1.once" 2>/dev/null; then
  printf '%s' "$ask" | ${rackProgram} "$1" >/dev/null
  ${trouble}
fi ;;
esac
printf '%s' "$ask" | ${rackProgram} "$1"
`,
  )
  return [program, ...at.rack.command.slice(1)]
}

onRack.each([
  { name: 'hangs', trouble: 'sleep 600', says: 'launch gave no answer within 1 s and was ended' },
  { name: 'prints garbage', trouble: 'echo oops; exit 0', says: "gave an answer that can't be used: no JSON document" },
  { name: 'prints 2 MB', trouble: 'yes | head -c 2000000; exit 0', says: 'launch wrote more than 1000000 bytes' },
  { name: 'exits with 3', trouble: 'echo no power >&2; exit 3', says: 'launch ended with exit code 3' },
  {
    name: 'answers with half a machine',
    trouble: `echo '{"id":"x"}'; exit 0`,
    says: 'state is missing, expected one of',
  },
])('a program that $name once it has made the machine makes no second one', async ({ trouble, says }) => {
  const seen = await at.deploy({ command: await troubledOnce(trouble), callLimit: 1_000 })
  expect(seen.run.state, seen.log.join('\n')).toBe('succeeded')
  expect(seen.log.join('\n')).toContain(says)
  expect(await at.rack.taken()).toHaveLength(1)
  expect(await at.house.store.nodes.list()).toMatchObject([{ state: 'in-service' }])
})

onRack.each(['before it asks', 'while the program works', 'after the program has answered'])(
  'tscaler dies %s for the machine: its successor goes on, and there is one machine',
  async (when) => {
    const mortal = new Mortal({ at: Number.POSITIVE_INFINITY, when: 'after' })
    const programs: LocalPrograms = {
      async run(call) {
        if (!call.stdin.includes('"op":"launch"')) return realPrograms.run(call)
        const running = when === 'before it asks' ? undefined : realPrograms.run(call)
        if (when.startsWith('after')) await running
        mortal.kill()
        return new Promise(() => {})
      },
    }
    const runId = await at.begin(await at.start({ mortal, programs }))
    await mortal.died
    await at.house.store.leases.endAll()
    await at.start()
    const seen = await at.ended(runId)
    expect(seen.run.state, seen.log.join('\n')).toBe('succeeded')
    expect(await at.rack.taken()).toHaveLength(1)
    expect(await at.house.store.launches.list()).toMatchObject([{ state: 'made' }])
    expect(await at.house.store.nodes.list()).toMatchObject([{ name: 'shop01', state: 'in-service' }])
  },
)

/** A program of these answers, by operation; the others find nothing. */
async function answering(answers: Readonly<Record<string, unknown>>): Promise<string[]> {
  const cases = Object.entries({ list: [], byToken: null, find: null, end: {}, ...answers }).map(
    ([op, answer]) => `*'"op":"${op}"'*) echo '${JSON.stringify(answer)}' ;;`,
  )
  return [await writeProgram(at.rack.folder, `#!/bin/sh\ncase $(cat) in\n${cases.join('\n')}\nesac\n`)]
}

onRack(
  'a program that answers with another machine for the same token is not believed, and not asked again',
  async () => {
    const program = await writeProgram(
      at.rack.folder,
      `#!/bin/sh
ask=$(cat)
case $ask in
*'"op":"launch"'*) echo x >>"$0.launches"; echo '{"id":"m-2","state":"running"}' ;;
*'"op":"byToken"'*) if [ -f "$0.launches" ]; then echo '{"id":"m-1","state":"running"}'; else echo null; fi ;;
*'"op":"list"'*) echo '[]' ;;
*'"op":"end"'*) printf '%s\\n' "$ask" >>"$0.ended"; echo '{}' ;;
*) echo null ;;
esac
`,
    )
    const seen = await at.deploy({ command: [program] })
    expect(seen.run.state).toBe('failed')
    expect(seen.tasks[0]?.error).toContain(
      'launch answered with the machine m-2, but byToken says that its token made m-1. One token must make one machine',
    )
    expect(await readFile(`${program}.launches`, 'utf8')).toBe('x\n')
    expect(await readFile(`${program}.ended`, 'utf8')).toBe('{"op":"end","id":"m-1","mode":"terminate"}\n')
    expect(await at.house.store.nodes.count()).toBe(0)
  },
)

onRack('a rack without a free machine: the node goes, and the refusal is told', async () => {
  const program = await answering({ launch: { error: { kind: 'no-capacity', message: 'all 0 are taken' } } })
  const seen = await at.deploy({ command: program })
  expect(seen.tasks[0]?.error).toMatch(/^no machine could be had: program-\d+ launch says: all 0 are taken$/)
  expect(await at.house.store.nodes.count()).toBe(0)
})

onRack('neither host keys nor injection: the deployment says so and gives the machine back', async () => {
  const program = await writeProgram(
    at.rack.folder,
    `#!/bin/sh\n${rackProgram} "$1" | sed 's/"hostKeys": [^]]*], //g'\n`,
  )
  const seen = await at.deploy({ command: [program, ...at.rack.command.slice(1)] })
  expect(seen.tasks[0]?.error).toBe(
    'rack-1.1 runs, and the program says nothing of its host keys. Let its answers have hostKeys (an empty list: not known yet), or set hostKeyFrom: user-data.',
  )
  expect([await at.rack.taken(), await at.house.store.nodes.count()]).toEqual([[], 0])
})

onRack('with user-data: a host key is made, and the program has it for cloud-init and by itself', async () => {
  const program = await writeProgram(
    at.rack.folder,
    `#!/bin/sh
ask=$(cat)
case $ask in
*'"op":"list"'*) echo '[]' ;;
*'"op":"launch"'*) printf '%s' "$ask" >"$0.asked"; echo '{"error":{"kind":"denied","message":"not today"}}' ;;
*) echo null ;;
esac
`,
  )
  await at.deploy({ command: [program], hostKeyFrom: 'user-data', userData: '#cloud-config\nruncmd: [[true]]\n' })
  const { hostKey, userData } = JSON.parse(await readFile(`${program}.asked`, 'utf8'))
  expect(hostKey).toEqual({
    publicKey: expect.stringMatching(/^ssh-ed25519 /),
    privateKey: expect.stringMatching(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/),
  })
  expect(userData).toContain(`  ed25519_public: ${hostKey.publicKey}\n`)
  expect(userData).toContain('runcmd: [[true]]')
  expect(await at.house.store.launches.list()).toMatchObject([{ hostKey: hostKey.publicKey, state: 'refused' }])
})

onRack('secrets reach the program, and no log, error or launch has them', async () => {
  const program = await writeProgram(
    at.rack.folder,
    `#!/bin/sh
case $(cat) in
*'"op":"list"'*) echo '[]' ;;
*'"op":"launch"'*) echo "logs in with $API_KEY" >&2
  echo "{\\"error\\": {\\"kind\\": \\"denied\\", \\"message\\": \\"the key $API_KEY is not let in\\"}}" ;;
*) echo null ;;
esac
`,
  )
  const seen = await at.deploy({ command: [program] }, { secrets: { API_KEY: 'open-sesame-1' } })
  expect(seen.tasks[0]?.error).toContain('the key ••• is not let in')
  expect(seen.log.join('\n')).toContain('logs in with •••')
  const launches = JSON.stringify(await at.house.store.launches.list())
  expect((await at.house.everything()) + launches).not.toContain('sesame')
})

onRack('a program that is not there is told before a node is made', async () => {
  const seen = await at.deploy({ command: ['/nowhere/rack'] })
  expect(seen.tasks[0]?.error).toBe('rack list could not be started: /nowhere/rack is not there, or not executable.')
  expect(await at.house.store.launches.count()).toBe(0)
})

onRack('while server commands are off it is refused', async () => {
  const process = await at.house.start([...(await at.start()).parts.kinds.values()], { serverCommands: false })
  await expect(at.begin(process)).rejects.toMatchObject({ code: 'server-commands-off' })
})
