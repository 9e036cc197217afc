import type { Command } from 'commander'
import { applyDocument } from '../apply-document.ts'
import { needsYes } from '../ask.ts'
import { defaultFile } from '../document-file/source-file.ts'
import { addCommand, attend, type Call, type Common, withCommon } from '../work.ts'

/** `tscaler apply`: makes the installation what a file says. */
export function applyCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'apply',
    'Make the installation what a configuration file says: shows its plan, and asks.',
  )
    .option('-f, --file <file>', 'the configuration file; - is stdin', defaultFile)
    .option('--prune', 'remove what the file leaves out; never a node that is an EC2 instance')
    .option('--yes', 'go on without asking')
  command.addHelpText(
    'after',
    `
{ file: PATH } (relative to the file) and { env: NAME } are read here, by this command.
Nothing is changed when anything is wrong; everything that is wrong is told at once, by line.`,
  )
  withCommon(command).action((options: Common & { file: string; prune?: boolean; yes?: boolean }) =>
    attend(call, options, async (work) => {
      if (options.file === '-' && !options.yes) throw needsYes('apply -f -')
      const { readDocumentFile } = await import('../document-file/document-file.ts')
      const file = await readDocumentFile(options.file, work.io)
      return applyDocument(work, file, {
        prune: options.prune ?? false,
        yes: options.yes ?? false,
        command: 'apply',
        isWhole: true,
      })
    }),
  )
}
