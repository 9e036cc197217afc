import type { Command } from 'commander'
import { roles } from '../../../model/people.ts'
import { TscalerError } from '../../../model/problem.ts'
import type { Session } from '../../../wire/people.ts'
import type { ClusterRoleIn, User, UserBody } from '../../../wire/resources.ts'
import { askPassword } from '../ask.ts'
import { apiPath } from '../client.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { clusterRoleOption, oneOfOption } from '../options.ts'
import { rightsInWords } from '../text.ts'
import { addCommand, attend, type Call, type Common, type Work, withCommon } from '../work.ts'

/** `tscaler user add|passwd|role|sign-out|reset-code`. */
export function userCommand(program: Command, call: Call): void {
  const group = addCommand(program, 'user', 'Users: add one, set a password, change what he may do, sign him out.')
  addUserCommand(group, call)
  passwdCommand(group, call)
  roleCommand(group, call)
  signOutCommand(group, call)
  resetCodeCommand(group, call)
}

interface AddOptions extends Common {
  role: UserBody['role']
  cluster: ClusterRoleIn[]
  email?: string
  link?: boolean
}

function addUserCommand(group: Command, call: Call): void {
  const command = addCommand(group, 'add <name>', 'Add a user; asks for the password, or makes a link that sets it.')
    .addOption(oneOfOption('--role <role>', 'what the user may do', roles).makeOptionMandatory())
    .addOption(clusterRoleOption())
    .option('--email <address>', 'where mail goes')
    .option('--link', 'ask for no password: print a link that sets it once, within a day')
  withCommon(command).action((name: string, options: AddOptions) =>
    attend(call, options, (work) => add(work, name, options)),
  )
}

async function add(work: Work, name: string, { role, cluster, email, link }: AddOptions): Promise<ExitCode> {
  const password = link ? {} : { password: { value: await newPassword(work, name) } }
  const body: UserBody = { name, role, clusterRoles: cluster, ...(email === undefined ? {} : { email }), ...password }
  const user = await work.client.ask<User>({ method: 'POST', path: '/users', body })
  if (link) return tellLink(work, user)
  work.out.answer(user, () => work.out.line(`User ${user.name} was added as ${rightsInWords(user)}.`, 'good'))
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
    .addOption(clusterRoleOption())
    .addHelpText('after', '\nHis roles for single clusters become those that are given: without --cluster he has none.')
  withCommon(command).action((name: string, role: string, options: Common & { cluster: ClusterRoleIn[] }) =>
    attend(call, options, async ({ client, out }) => {
      if (!roles.some((known) => known === role))
        throw new TscalerError('wrong-usage', `The role: got "${role}", expected ${roles.join(', ')}.`)
      const body = { role, clusterRoles: options.cluster }
      const user = await client.ask<User>({ method: 'PATCH', path: apiPath('/users/{}', name), body })
      out.answer(user, () => out.line(`User ${user.name} is ${rightsInWords(user)} now.`, 'good'))
      return exitCodes.done
    }),
  )
}

function signOutCommand(group: Command, call: Call): void {
  const command = addCommand(group, 'sign-out <name>', 'Sign a user out everywhere; his tokens stay.')
  withCommon(command).action((name: string, options: Common) =>
    attend(call, options, async ({ client, out }) => {
      const path = apiPath('/sessions?user={}', name)
      const { items } = await client.ask<{ items: Session[] }>({ path })
      for (const { id } of items) await client.ask({ method: 'DELETE', path: apiPath('/sessions/{}', id) })
      const browsers = items.length === 1 ? '1 browser' : `${items.length} browsers`
      out.answer({ user: name, ended: items.length }, () => out.line(`${name} was signed out of ${browsers}.`, 'good'))
      return exitCodes.done
    }),
  )
}

function resetCodeCommand(group: Command, call: Call): void {
  const command = addCommand(group, 'reset-code <name>', "Take a user's second factor away, for one who lost it.")
  withCommon(command).action((name: string, options: Common) =>
    attend(call, options, async ({ client, out }) => {
      await client.ask({ method: 'DELETE', path: apiPath('/users/{}/second-factor', name) })
      out.answer({ user: name }, () => out.line(`${name} signs in with the password alone now.`, 'good'))
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
