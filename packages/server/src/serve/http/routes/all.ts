import { openMeasures } from '../../../desk/measures.ts'
import { watchSamples } from '../../../desk/sample-watch.ts'
import type { App, ServerDesk, WireTypes } from '../app.ts'
import { LiveFeed } from '../live/feed.ts'
import { liveRoutes } from '../live/live.ts'
import { documentRoutes } from './document.ts'
import { healthRoutes } from './health.ts'
import { instanceRoutes } from './instances.ts'
import { oidcRoutes } from './oidc.ts'
import { pastRoutes } from './past.ts'
import { resourceRoutes } from './resources.ts'
import { runRoutes } from './runs.ts'
import { secondFactorRoutes } from './second-factor.ts'
import { secretKeyRoutes } from './secret-key.ts'
import { seenInstanceRoutes } from './seen-instances.ts'
import { sessionRoutes } from './session.ts'
import { sessionListRoutes } from './sessions.ts'
import { tokenRoutes } from './tokens.ts'
import { userRoutes } from './users.ts'
import { watchOverRoutes } from './watch-over.ts'
import { watchingRoutes } from './watching.ts'

/** Every route of the API, under /api/v1, and those for machines that watch tscaler. */
export async function apiRoutes(app: App, desk: ServerDesk): Promise<void> {
  const samples = watchSamples(desk.queue)
  const measures = openMeasures(desk, samples)
  const feed = new LiveFeed(desk, (thrown) => app.log.error({ err: thrown }, 'an event could not be made'))
  // Before the connections are closed: an open page's would never end by itself.
  app.addHook('preClose', async () => {
    feed.close()
    measures.close()
    samples.close()
  })
  healthRoutes(app, desk, measures)
  await app.register(
    async (api) => {
      const routes = api.withTypeProvider<WireTypes>()
      resourceRoutes(routes, desk)
      oidcRoutes(routes, desk)
      sessionRoutes(routes, desk)
      sessionListRoutes(routes, desk)
      secondFactorRoutes(routes, desk)
      userRoutes(routes, desk)
      tokenRoutes(routes, desk)
      secretKeyRoutes(routes, desk)
      documentRoutes(routes, desk)
      instanceRoutes(routes, desk)
      seenInstanceRoutes(routes, desk)
      runRoutes(routes, desk)
      watchingRoutes(routes, desk, samples)
      pastRoutes(routes, desk)
      watchOverRoutes(routes, desk)
      liveRoutes(routes, desk, feed)
    },
    { prefix: '/api/v1' },
  )
}
