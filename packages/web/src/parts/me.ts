import { useQuery } from '@tanstack/react-query'
import { me } from '../api.ts'

const roles = ['viewer', 'operator', 'admin']

/** Whether who is signed in may do what needs a role, and, where not, why not in words for the button's hover. */
export function useMay(needed: 'operator' | 'admin'): { may: boolean; whyNot: string | undefined } {
  const { data } = useQuery(me)
  const may = data !== undefined && roles.indexOf(data.role) >= roles.indexOf(needed)
  return { may, whyNot: may || !data ? undefined : `${data.who} is ${data.role}; this needs ${needed}.` }
}
