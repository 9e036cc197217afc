import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SshdNode } from '@tscaler/rehearsal/sshd.ts'
import { builtPart } from '../built.ts'
import { type Part, startPart } from '../part.ts'
import { accessesTo } from './fleet.ts'
import type { LoopFigures, LoopQuestion } from './questions.ts'

/** Runs `use` with a process that holds the whole loop and is to reach `nodes` nodes of this sshd. */
export async function withLoop<Result>(
  sshd: SshdNode,
  nodes: number,
  use: (part: Part<LoopQuestion, LoopFigures>) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-ssh-'))
  const file = await builtPart(new URL('./loop-process.ts', import.meta.url))
  const part = startPart<LoopQuestion, LoopFigures>(file)
  try {
    await part.ask({ kind: 'begin', folder, accesses: accessesTo(sshd, nodes) })
    return await use(part)
  } finally {
    await part.end()
    await rm(folder, { recursive: true, force: true })
  }
}

/** What was lost, in words. */
export function lostNote({ rounds, skippedRounds, failedRounds, failures }: LoopFigures): string {
  const kinds = Object.entries(failures).map(([kind, count]) => `${count} ${kind}`)
  const why = kinds.length === 0 ? '' : ` (samples: ${kinds.join(', ')})`
  return `of ${rounds}: ${skippedRounds} skipped, ${failedRounds} with failures${why}`
}

/** Where the memory is, in words. */
export function memoryNote({ heapUsedMb, heapTotalMb, buffersMb }: LoopFigures): string {
  return `heap ${heapUsedMb.toFixed(0)} of ${heapTotalMb.toFixed(0)} MB, buffers ${buffersMb.toFixed(0)} MB`
}
