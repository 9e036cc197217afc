import { appendFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { messageOf, TscalerError } from '../src/model/problem.ts'
import { benches } from './all.ts'
import type { Bench, BenchRow } from './bench.ts'
import { machineOf, machineWords } from './machine.ts'
import { tableOf } from './table.ts'

const usage = `npm run bench -- NAME… [--json] [--out FILE] [the benches' own options]

Measures on this machine, with nothing else running on it. --json prints JSON lines instead of a table, --out adds them to
a file. All other options go to the benches.
`

/** The command line: our own options, the benches named first, and the rest for them. */
function readArguments(args: readonly string[]) {
  const rest: string[] = []
  const chosen: Bench[] = []
  const own = { json: false, out: undefined as string | undefined }
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? ''
    const bench = rest.length === 0 ? benches.find(({ name }) => name === word) : undefined
    if (bench !== undefined) chosen.push(bench)
    else if (word === '--json') own.json = true
    else if (word === '--out') {
      at += 1
      own.out = args[at]
      if (own.out === undefined) throw new TscalerError('wrong-usage', '--out needs the name of a file.')
    } else rest.push(word)
  }
  if (chosen.length === 0 && rest.length > 0)
    throw new TscalerError('wrong-usage', `${JSON.stringify(rest[0])} is no bench. There are ${namesOf(benches)}.`)
  return { ...own, chosen, rest }
}

function namesOf(some: readonly Bench[]): string {
  return some.map(({ name }) => name).join(', ')
}

function listText(): string {
  const width = Math.max(...benches.map(({ name }) => name.length))
  return `${usage}\n${benches.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}\n`
}

async function main(args: readonly string[]): Promise<void> {
  const { chosen, rest, json, out } = readArguments(args)
  if (chosen.length === 0) {
    process.stdout.write(listText())
    return
  }
  const machine = machineOf()
  if (!json) process.stdout.write(`${machineWords(machine)}\n`)
  for (const bench of chosen) {
    const at = new Date().toISOString()
    const rows = await bench.run([...rest])
    const lines = rows.map((row: BenchRow) => `${JSON.stringify({ at, ...row, machine })}\n`).join('')
    if (out !== undefined) await appendFile(out, lines)
    process.stdout.write(json ? lines : `\n${tableOf(rows)}`)
  }
  const busy = machine.busyShare > busyShareMax
  if (busy)
    process.stderr.write(
      `The machine was busy before the start (load ${machine.load1}): figures may be worse than they are.\n`,
    )
}

/** Half of a core taken by others shows in every figure of a machine with two. */
const busyShareMax = 0.5 / availableParallelism()

await main(process.argv.slice(2)).catch((thrown: unknown) => {
  process.stderr.write(`bench: ${messageOf(thrown)}\n`)
  process.exitCode = thrown instanceof TscalerError && thrown.code === 'wrong-usage' ? 2 : 1
})
