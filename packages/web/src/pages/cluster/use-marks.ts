import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type * as resources from '../../../../server/src/wire/resources.ts'
import { newestRuns, triggerState } from '../../api.ts'
import { decisionMarks, runMarks } from '../../parts/graph/happenings.ts'
import type { StripMark } from '../../parts/graph/strip.tsx'
import { serverNow } from '../../parts/now.tsx'

/** Enough for a week of an unquiet cluster. */
const runsShown = 100
/** A cluster with more triggers marks the decisions of the first ones only: each is a request. */
const triggersMax = 10

/** What happened to a cluster: its runs, and its triggers' fires and refusals. The same list as long as nothing new has happened. */
export function useMarks(cluster: resources.Cluster, triggers: readonly resources.Trigger[]): readonly StripMark[] {
  const runs = useQuery(newestRuns(runsShown, `&cluster=${cluster.id}`))
  const states = useQueries({ queries: triggers.slice(0, triggersMax).map(({ name }) => triggerState(name)) })
  const marks = [
    ...runMarks(runs.data?.items ?? [], serverNow()),
    ...states.flatMap(({ data }) => (data ? decisionMarks(data) : [])),
  ]
  const key = JSON.stringify(marks)
  return useMemo(() => JSON.parse(key) as StripMark[], [key])
}
