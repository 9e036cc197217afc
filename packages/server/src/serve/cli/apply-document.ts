import { confirm, needsYes } from './ask.ts'
import type { SourceFile } from './document-file/source-file.ts'
import { applyFile, askPlan, planSummary, showPlan } from './document-plan.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Work } from './work.ts'

/** How a document is applied. `command` is what the person called. */
export interface ApplyOptions {
  prune: boolean
  /** Go on without asking. */
  yes: boolean
  command: string
  /** Whether the document is meant to be the whole configuration, so that what it leaves out is worth a word. */
  isWhole: boolean
  /** What is to be said with the plan, in sentences. */
  notes?: readonly string[]
}

/** Shows the plan, asks, and makes it so; a no changes nothing and ends with 1. */
export async function applyDocument(work: Work, file: SourceFile, options: ApplyOptions): Promise<ExitCode> {
  const { io, out } = work
  const plan = await askPlan(work, file, options.prune)
  if (!out.json) {
    showPlan(out, plan, options)
    for (const note of options.notes ?? []) out.line(note, 'warn')
  }
  if (plan.changes.length === 0) {
    if (out.json) out.answer(plan, () => {})
    return exitCodes.done
  }
  if (!options.yes) {
    if (!io.isTty || out.json) throw needsYes(options.command)
    if (!(await confirm(io, 'Make these changes?'))) {
      out.line('Nothing was changed.')
      return exitCodes.failed
    }
  }
  const done = await applyFile(work, file, options.prune)
  out.answer(done, () => out.line(planSummary(done, 'after'), 'good'))
  return exitCodes.done
}
