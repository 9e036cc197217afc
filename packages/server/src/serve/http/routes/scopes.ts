import type { FastifyRequest } from 'fastify'
import {
  clustersOfAlert,
  clustersOfCluster,
  clustersOfExecution,
  clustersOfNode,
  clustersOfPause,
  clustersOfRun,
  clustersOfRunAndNodes,
  clustersOfSchedule,
  clustersOfSeries,
  clustersOfTrigger,
} from '../../../desk/subjects.ts'
import type { ExecuteBody } from '../../../wire/runs.ts'
import type { PauseBody } from '../../../wire/watching.ts'
import type { ClusterScope } from '../app.ts'

// Hooks see a request without the types of its route; its parts were checked against the route's schemas before.
const idOf = ({ params }: FastifyRequest) => `${(params as { id: string | number }).id}`
const bodyOf = <Body>({ body }: FastifyRequest) => (body ?? {}) as Body

/** Which clusters a request is about, for each kind of address. */
export const scopes = {
  cluster: (tables, request) => clustersOfCluster(tables, idOf(request)),
  node: (tables, request) => clustersOfNode(tables, idOf(request)),
  trigger: (tables, request) => clustersOfTrigger(tables, idOf(request)),
  schedule: (tables, request) => clustersOfSchedule(tables, idOf(request)),
  alert: (tables, request) => clustersOfAlert(tables, Number(idOf(request))),
  run: (tables, request) => clustersOfRun(tables, Number(idOf(request))),
  runAndNodes: (tables, request) => clustersOfRunAndNodes(tables, Number(idOf(request))),
  executeTrigger: (tables, request) =>
    clustersOfExecution(tables, { trigger: idOf(request) }, bodyOf<ExecuteBody>(request)),
  executeAction: (tables, request) =>
    clustersOfExecution(tables, { action: idOf(request) }, bodyOf<ExecuteBody>(request)),
  pause: (tables, request) => clustersOfPause(tables, bodyOf<PauseBody>(request)),
  samples: (tables, { query }) => clustersOfSeries(tables, (query as { series: string }).series.split(',')),
} satisfies Record<string, Exclude<ClusterScope, 'narrowed'>>
