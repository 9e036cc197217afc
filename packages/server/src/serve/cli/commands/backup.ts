import path from 'node:path'
import type { Command } from 'commander'
import { exitCodes } from '../exit-code.ts'
import type { BackupMade } from '../io.ts'
import { openOut } from '../out.ts'
import { count } from '../text.ts'
import { addCommand, type Call, onFolder } from '../work.ts'

/** `tscaler backup`: the data folder in one file. */
export function backupCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'backup [file]',
    'Write a backup of the data folder, while the server runs or not.',
  ).option('--samples', 'the samples too; they are most of the bytes')
  command.addHelpText(
    'after',
    `
Without a file it is written to tscaler-TIME.tar.gz in this folder. Run it as the server's own user.
Secrets in it stay sealed, and the key that opens them is not in it: keep that apart.`,
  )
  onFolder(command).action(
    async (file: string | undefined, options: { data?: string; json?: boolean; samples?: boolean }) => {
      const { io } = call
      const time = new Date(io.clock.now()).toISOString().slice(0, 19).replace(/:/g, '-')
      const made = await io.folder.backup({
        ...(options.data === undefined ? {} : { dataFolder: options.data }),
        file: path.resolve(io.cwd, file ?? `tscaler-${time}Z.tar.gz`),
        samples: options.samples ?? false,
      })
      const out = openOut(io, options.json ?? false)
      out.answer(made, () => {
        for (const line of linesOf(made)) out.line(line)
      })
      call.exitCode = exitCodes.done
    },
  )
}

function linesOf({ file, bytes, counts, files, keyPlace, sealedWith, settingsFile }: BackupMade): string[] {
  const has = files.map(({ name }) => name).join(' and ')
  const lines = [`Written to ${file} (${bytesText(bytes)}): ${has}, with ${contentsText(counts)}.`]
  lines.push(
    keyPlace === null
      ? 'It holds no secret.'
      : `The key that opens its secrets (${sealedWith.join(', ')}) is NOT in it. It is ${keyPlace}: keep a copy of that apart from the backup.`,
  )
  if (settingsFile !== null) lines.push(`${settingsFile} is not in it, as it may hold passwords: keep it apart too.`)
  return lines
}

function bytesText(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.ceil(bytes / 1_024)} KiB` : `${Math.ceil(bytes / 1_048_576)} MiB`
}

/** What a store holds, in words. */
export function contentsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, number]) => count(number, what.replace(/s$/, '')))
    .join(', ')
}
