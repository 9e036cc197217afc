import { findInstances } from '../../../desk/instances.ts'
import { FindInstancesBody, FoundInstances } from '../../../wire/instances.ts'
import type { App, ServerDesk } from '../app.ts'

/** Machines of a cloud, whether tscaler knows them or not. */
export function instanceRoutes(app: App, desk: ServerDesk): void {
  const schema = { tags: ['instances'], body: FindInstancesBody, response: { 200: FoundInstances } }
  app.post('/instances/find', { config: { access: 'operator' }, schema }, ({ body }) => findInstances(desk, body))
}
