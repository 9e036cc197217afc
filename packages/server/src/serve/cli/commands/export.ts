import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { messageOf, TscalerError } from '../../../model/problem.ts'
import type { Document } from '../../../wire/document.ts'
import { exitCodes } from '../exit-code.ts'
import { addCommand, attend, type Call, type Common, withCommon } from '../work.ts'

// Nobody but its owner: it holds no secret, but says where everything is.
const fileMode = 0o600
const lineColumns = 120

/** `tscaler export`: the configuration as a file. */
export function exportCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'export',
    'Print the whole configuration as the YAML that `tscaler apply` takes.',
  ).option('-f, --file <file>', 'write to this file instead')
  command.addHelpText(
    'after',
    `
Secrets are written as { kept: DIGEST }: apply keeps such a secret as it is.
Nodes without a cluster have no place in a file, and are not in it.`,
  )
  withCommon(command).action((options: Common & { file?: string }) =>
    attend(call, options, async ({ io, client, out }) => {
      const document = await client.ask<Document>({ path: '/export' })
      const text = out.json ? `${JSON.stringify(document, null, 2)}\n` : await yamlOf(document)
      if (options.file === undefined) io.stdout.write(text)
      else {
        write(path.resolve(io.cwd, options.file), text)
        out.note(`Written to ${options.file}.`)
      }
      return exitCodes.done
    }),
  )
}

async function yamlOf(document: Document): Promise<string> {
  const { stringify } = await import('yaml')
  return stringify(document, { lineWidth: lineColumns, aliasDuplicateObjects: false })
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: fileMode })
  } catch (thrown) {
    throw new TscalerError('bad-input', `${file} can't be written: ${messageOf(thrown)}. Name another one with -f.`)
  }
}
