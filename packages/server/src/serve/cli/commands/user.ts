import type { Command } from 'commander'
import { roles } from '../../../model/people.ts'
import { TscalerError } from '../../../model/problem.ts'
import type { User, UserBody } from '../../../wire/resources.ts'
import { askPassword } from '../ask.ts'
import { apiPath } from '../client.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { oneOfOption } from '../options.ts'
import { addCommand, attend, type Call, type Common, type Work, withCommon } from '../work.ts'

/** `tscaler user add|passwd|role`. */
export function userCommand(program: Command, call: Call): void {
  const group = addCommand(program, 'user', 'Users: add one, set a password, change a role.')
  addUserCommand(group, call)
  passwdCommand(group, call)
  roleCommand(group, call)
}

interface AddOptions extends Common {
  role: UserBody['role']
  email?: string
  link?: boolean
}

function addUserCommand(group: Command, call: Call): void {
  const command = addCommand(group, 'add <name>', 'Add a user; asks for the password, or makes a link that sets it.')
    .addOption(oneOfOption('--role <role>', 'what the user may do', roles).makeOptionMandatory())
    .option('--email <address>', 'where mail goes')
    .option('--link', 'ask for no password: print a link that sets it once, within a day')
  withCommon(command).action((name: string, options: AddOptions) =>
    attend(call, options, (work) => add(work, name, options)),
  )
}

async function add(work: Work, name: string, { role, email, link }: AddOptions): Promise<ExitCode> {
  const password = link ? {} : { password: { value: await newPassword(work, name) } }
  const body: UserBody = { name, role, ...(email === undefined ? {} : { email }), ...password }
  const user = await work.client.ask<User>({ method: 'POST', path: '/users', body })
  if (link) return tellLink(work, user)
  work.out.answer(user, () => work.out.line(`User ${user.name} was added as ${user.role}.`, 'good'))
  return exitCodes.done
}

function passwdCommand(group: Command, call: Call): void {
  const command = addCommand(group, 'passwd <name>', "Set a user's password; ends the user's sessions.").option(
    '--link',
    'ask for no password: print a link that sets it once, within a day',
  )
  command.addHelpText(
    'after',
    '\nThe password is typed unseen, or read as the first line of stdin. It is never an argument.',
  )
  withCommon(command).action((name: string, options: Common & { link?: boolean }) =>
    attend(call, options, async (work) => {
      const { client, out } = work
      const path = apiPath('/users/{}', name)
      if (options.link) return tellLink(work, await client.ask<User>({ path }))
      const body = { password: { value: await newPassword(work, name) } }
      const user = await client.ask<User>({ method: 'PATCH', path, body })
      out.answer(user, () => out.line(`The password of ${user.name} is set.`, 'good'))
      return exitCodes.done
    }),
  )
}

function roleCommand(group: Command, call: Call): void {
  const command = addCommand(group, 'role <name> <role>', `Change what a user may do: ${roles.join(', ')}.`)
  withCommon(command).action((name: string, role: string, options: Common) =>
    attend(call, options, async ({ client, out }) => {
      if (!roles.some((known) => known === role))
        throw new TscalerError('wrong-usage', `The role: got "${role}", expected ${roles.join(', ')}.`)
      const user = await client.ask<User>({ method: 'PATCH', path: apiPath('/users/{}', name), body: { role } })
      out.answer(user, () => out.line(`User ${user.name} is ${user.role} now.`, 'good'))
      return exitCodes.done
    }),
  )
}

const passwordCharactersMin = 12 // the server's rule; told before anybody types the same again

async function newPassword({ io }: Work, name: string): Promise<string> {
  const password = await askPassword(io, `New password of ${name}`)
  if (password.length >= passwordCharactersMin) return password
  throw new TscalerError(
    'bad-input',
    `The password is too short: ${passwordCharactersMin} characters or more. Nothing was changed.`,
  )
}

async function tellLink({ client, out }: Work, user: User): Promise<ExitCode> {
  const { secret } = await client.ask<{ secret: string }>({ method: 'POST', path: apiPath('/users/{}/link', user.id) })
  const origin = client.place.kind === 'url' ? client.place.url.origin : null
  out.answer({ user: user.name, path: `/welcome#${secret}` }, () => {
    out.line(`This link sets the password of ${user.name}, once, within a day:`)
    out.line(`${origin ?? ''}/welcome#${secret}`)
    if (origin === null) out.line("Put the server's address before it.", 'faint')
  })
  return exitCodes.done
}
