import { InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../../model/duration.ts'
import { clusterRoles } from '../../model/people.ts'
import type { ClusterRoleIn } from '../../wire/resources.ts'

/** An option whose value is one of a few words. */
export function oneOfOption(flags: string, help: string, words: readonly string[]): Option {
  return new Option(flags, help).choices(words)
}

/** An option whose value is a whole number. */
export function numberOption(flags: string, help: string, { min, max }: { min: number; max: number }): Option {
  return new Option(flags, help).argParser((text: string) => {
    const number = Number(text)
    if (/^\d{1,15}$/.test(text) && number >= min && number <= max) return number
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`)
  })
}

/** An option whose value is a duration such as `2h`; stays text. */
export function durationOption(flags: string, help: string): Option {
  return new Option(flags, help).argParser((text: string) => {
    if (parseDuration(text) !== undefined) return text
    throw new InvalidArgumentError('Expected a duration such as "30m", "2h" or "1d".')
  })
}

/** An option `cluster=role` that may be given several times: what somebody may do on single clusters. */
export function clusterRoleOption(): Option {
  return new Option('--cluster <cluster=role>', `a role for one cluster: ${clusterRoles.join(', ')} (repeatable)`)
    .default([] as ClusterRoleIn[], 'none')
    .argParser((text: string, given: ClusterRoleIn[]) => {
      const [cluster = '', word] = text.split('=')
      const role = clusterRoles.find((known) => known === word)
      if (cluster !== '' && role !== undefined) return [...given, { cluster, role }]
      throw new InvalidArgumentError(`Expected a cluster and a role, such as "shop=${clusterRoles.at(-1)}".`)
    })
}
