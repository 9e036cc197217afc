import type { Command } from 'commander'
import { defaultFile } from '../document-file/source-file.ts'
import { askPlan, showPlan } from '../document-plan.ts'
import { exitCodes } from '../exit-code.ts'
import { addCommand, attend, type Call, type Common, withCommon } from '../work.ts'

/** `tscaler plan`: what apply would change. */
export function planCommand(program: Command, call: Call): void {
  const command = addCommand(program, 'plan', 'Show what `tscaler apply` would change. Changes nothing.')
    .option('-f, --file <file>', 'the configuration file; - is stdin', defaultFile)
    .option('--prune', 'also count what the file leaves out as to be removed')
  withCommon(command).action((options: Common & { file: string; prune?: boolean }) =>
    attend(call, options, async (work) => {
      const { readDocumentFile } = await import('../document-file/document-file.ts')
      const file = await readDocumentFile(options.file, work.io)
      const plan = await askPlan(work, file, options.prune ?? false)
      work.out.answer(plan, () => showPlan(work.out, plan, { isWhole: true }))
      return exitCodes.done
    }),
  )
}
