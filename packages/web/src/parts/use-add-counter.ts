import { useMutation, useQueryClient } from '@tanstack/react-query'
import type * as resources from '../../../server/src/wire/resources.ts'
import { ask, part } from '../api.ts'
import { sayTrouble } from './say.tsx'

/** A counter to be collected from a cluster: one there is, by its name, or a new one. */
export interface Wanted {
  counter: string | resources.CounterBody
  cluster: string | null
}

/** Adds a counter, where it is a new one, and has it collected from a cluster, where one is named. */
export function useAddCounter() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ counter, cluster }: Wanted) => {
      const name =
        typeof counter === 'string'
          ? counter
          : (await ask<resources.Counter>('POST', '/counters', { body: counter })).name
      if (cluster !== null) await collect(name, cluster)
    },
    onSettled: () => client.invalidateQueries(),
    onError: sayTrouble,
  })
}

/** The cluster is read first: a list that somebody else has changed meanwhile is not overwritten. */
async function collect(counter: string, cluster: string): Promise<void> {
  const path = `/clusters/${part(cluster)}`
  const { counters, version } = await ask<resources.Cluster>('GET', path)
  const names = counters.map(({ name }) => name)
  if (!names.includes(counter)) await ask('PATCH', path, { body: { counters: [...names, counter] }, version })
}
