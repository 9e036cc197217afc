import type { Command } from 'commander'
import { roles } from '../../../model/people.ts'
import { TscalerError } from '../../../model/problem.ts'
import type { ClusterRoleIn, Token, TokenBody } from '../../../wire/resources.ts'
import { apiPath } from '../client.ts'
import { exitCodes } from '../exit-code.ts'
import { clusterRoleOption, oneOfOption } from '../options.ts'
import { rightsInWords } from '../text.ts'
import { absolute, parseInstant } from '../when.ts'
import { addCommand, attend, type Call, type Common, withCommon } from '../work.ts'
import { listAll } from './list.ts'

/** `tscaler token create|revoke|list`. */
export function tokenCommand(program: Command, call: Call): void {
  const group = addCommand(program, 'token', 'API tokens: make one, revoke one, list them.')
  createCommand(group, call)
  withCommon(addCommand(group, 'revoke <name>', 'Revoke a token, at once.')).action((name: string, options: Common) =>
    attend(call, options, async ({ client, out }) => {
      await client.ask({ method: 'DELETE', path: apiPath('/tokens/{}', name) })
      out.answer({ revoked: name }, () => out.line(`Token ${name} is revoked.`, 'good'))
      return exitCodes.done
    }),
  )
  withCommon(addCommand(group, 'list', 'List the tokens; their secrets are not kept.')).action((options: Common) =>
    attend(call, options, (work) => listAll(work, 'tokens', {})),
  )
}

interface CreateOptions extends Common {
  role: TokenBody['role']
  cluster: ClusterRoleIn[]
  expires?: string
}

function createCommand(group: Command, call: Call): void {
  const command = addCommand(group, 'create <name>', 'Make a token and print its secret, this once.')
    .addOption(oneOfOption('--role <role>', 'what it may do', roles).makeOptionMandatory())
    .addOption(clusterRoleOption())
    .option('--expires <time>', 'when it ends: a time, or in how long, such as 90d (default: never)')
  withCommon(command).action((name: string, options: CreateOptions) =>
    attend(call, options, async ({ client, out, io }) => {
      const now = io.clock.now()
      const clusterRoles = options.cluster
      const body: TokenBody = { name, role: options.role, clusterRoles, ...expiryOf(options.expires, now) }
      const token = await client.ask<Token>({ method: 'POST', path: '/tokens', body })
      out.answer(token, () => {
        // Alone on stdout, so that a script can take it: TSCALER_TOKEN=$(tscaler token create …).
        out.line(token.secret ?? '')
        const until = token.expiresAt === null ? '' : ` until ${absolute(token.expiresAt, now)}`
        out.note(
          `Token ${token.name} is ${rightsInWords(token)}${until}. Its secret is shown this once; set it as TSCALER_TOKEN.`,
        )
      })
      return exitCodes.done
    }),
  )
}

function expiryOf(text: string | undefined, now: number): Pick<TokenBody, 'expiresAt'> {
  if (text === undefined) return {}
  const at = parseInstant(text, now, 'future')
  if (at !== undefined && at > now) return { expiresAt: new Date(at).toISOString() }
  throw new TscalerError(
    'wrong-usage',
    `--expires: got ${JSON.stringify(text)}, expected a time to come, such as 2030-01-31, or in how long, such as 90d.`,
  )
}
