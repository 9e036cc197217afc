import type { Tables } from '../keep/store/store.ts'
import { mayAct, type Rights, type Role, type User } from '../model/people.ts'

/** Who must have a second factor: whoever has this role, or more, anywhere; null: nobody must. */
export type SecondFactorRule = Exclude<Role, 'none'> | null

/** Whether the user still has to set up a second factor before anything else is open. */
export async function mustEnrol(
  tables: Pick<Tables, 'secondFactors'>,
  rule: SecondFactorRule,
  user: User,
): Promise<boolean> {
  if (rule === null || !reachesAnywhere(user, rule)) return false
  const factor = await tables.secondFactors.findOne({ userId: user.id })
  return factor === undefined || factor.confirmedAt === null
}

function reachesAnywhere({ role, clusterRoles = [] }: Rights, needed: Role): boolean {
  return mayAct(role, needed) || clusterRoles.some((own) => mayAct(own.role, needed))
}
