import type { Command } from 'commander'
import { pathOf } from './commands/tree.ts'

/** A command and what `--help` prints of it. */
export interface CommandHelp {
  /** `tscaler node trust`. */
  path: string
  text: string
  /** Whether it is only a name for the commands below it. */
  isGroup: boolean
}

/** The help of the program and of each command, in the order of the help itself. */
export function helpOf(program: Command): CommandHelp[] {
  const own = { path: pathOf(program), text: textOf(program), isGroup: program.commands.length > 0 }
  return [own, ...program.commands.flatMap(helpOf)]
}

function textOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: (part) => {
      text += part
    },
  })
  command.outputHelp()
  return text
}

/** docs/commands.md: every command's help, and what is true of them all. */
export function commandsPage(program: Command): string {
  const [whole, ...others] = helpOf(program)
  const sections = others.filter(({ isGroup }) => !isGroup).map(({ path, text }) => `## ${path}\n\n${block(text)}`)
  return `${[pageHead, block(whole?.text ?? ''), ...sections].join('\n\n')}\n`
}

function block(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\``
}

const pageHead = `# Commands

This page is made from the program itself. In a checkout, \`npm run -s tscaler -- …\` stands for \`tscaler …\`.

A command talks to a running server: to the one at \`TSCALER_URL\` with the token \`TSCALER_TOKEN\`, else over the local socket of the data
folder (\`--data\`, else \`TSCALER_DATA\`, else \`./data\`), which only the server's own user can open; who comes that way is an administrator,
and is written down as that user of the machine.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | failed; nothing was changed, or the run failed |
| 2 | wrong usage |
| 3 | refused by a guard |
| 4 | cannot reach the server |

With \`--json\` a command prints one JSON document, and \`--follow\` one line of JSON an event. What goes wrong is then one line of JSON on
stderr: \`{"type": "urn:tscaler:error:<code>", "detail": "…", "findings": [{"path": "…", "message": "…"}]}\`.`
