import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router'
import { me, ProblemError } from './api.ts'
import { Shell } from './parts/shell.tsx'
import { Trouble } from './parts/trouble.tsx'
import { parseSearch, readSearch, type Search, writeSearch } from './reckon/search.ts'

interface Context {
  client: QueryClient
}

const root = createRootRouteWithContext<Context>()({
  validateSearch: (given: Record<string, unknown>): Search => readSearch(given),
  // The time that is looked at goes along from page to page.
  search: { middlewares: [retainSearchParams(['range', 'from', 'to'])] },
  component: Outlet,
  errorComponent: ({ error }) => <Trouble error={error} />,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignIn'),
})

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./pages/welcome.tsx'), 'Welcome'),
})

/** Everything that is for people who are signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    await context.client.ensureQueryData(me).catch((thrown: unknown) => {
      if (!(thrown instanceof ProblemError) || thrown.problem.status !== 401) throw thrown
      sessionStorage.setItem('tscaler-back', location.href)
      throw redirect({ to: '/sign-in' })
    })
  },
})

function page<Path extends string>(path: Path, load: () => Promise<Record<string, React.ComponentType>>, name: string) {
  return createRoute({ getParentRoute: () => inside, path, component: lazyRouteComponent(load, name) })
}

const tree = root.addChildren([
  signIn,
  welcome,
  inside.addChildren([
    page('/', () => import('./pages/overview.tsx'), 'Overview'),
    page('/clusters', () => import('./pages/clusters.tsx'), 'Clusters'),
    page('/clusters/$name', () => import('./pages/cluster.tsx'), 'Cluster'),
    page('/nodes/$name', () => import('./pages/node.tsx'), 'Node'),
    page('/nodes/$name/jvms/$jvm', () => import('./pages/jvm.tsx'), 'JvmPage'),
    page('/triggers', () => import('./pages/triggers.tsx'), 'Triggers'),
    page('/triggers/$name', () => import('./pages/trigger.tsx'), 'Trigger'),
    page('/runs', () => import('./pages/runs.tsx'), 'Runs'),
    page('/runs/$id', () => import('./pages/run.tsx'), 'Run'),
    page('/provision', () => import('./pages/provision.tsx'), 'Provision'),
    page('/control', () => import('./pages/control.tsx'), 'Control'),
    page('/control/$kind', () => import('./pages/things.tsx'), 'Things'),
    page('/control/$kind/$name', () => import('./pages/thing.tsx'), 'Thing'),
    page('/admin', () => import('./pages/admin.tsx'), 'Admin'),
    page('/admin/$kind', () => import('./pages/admin.tsx'), 'Admin'),
    page('/$', () => import('./pages/not-found.tsx'), 'NotFound'),
  ]),
])

/** The router with all pages; each page is loaded when it is first opened. */
export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    parseSearch,
    stringifySearch: writeSearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    // A page that comes quicker than this needs no sign that it is coming.
    defaultPendingMs: 300,
    defaultErrorComponent: ({ error }) => (
      <main className="main">
        <Trouble error={error} />
      </main>
    ),
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
