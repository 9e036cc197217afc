import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import './style/base.css'
import './style/layout.css'
import './style/parts.css'
import './style/pages.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { NoAnswerError, ProblemError } from './api.ts'
import { connectLive } from './live-cache.ts'
import { makeRouter } from './routes.tsx'
import { theme, variables } from './style/theme.ts'

/** What live events keep fresh need not be asked for again at each visit; what nobody looks at is forgotten after a while. */
const client = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      refetchOnWindowFocus: true,
      // What tscaler refused it refuses again; an answer that did not come may come.
      retry: (count, thrown) => thrown instanceof NoAnswerError && count < 2,
    },
  },
})
connectLive(client)
const router = makeRouter(client)

/** A session that has ended, or was ended by somebody, shows nothing any more; the reader comes back to where he was. */
function leaveWhenSignedOut(error: unknown): void {
  if (!(error instanceof ProblemError) || error.problem.status !== 401) return
  if (['/sign-in', '/welcome'].includes(location.pathname)) return
  sessionStorage.setItem('tscaler-back', location.pathname + location.search)
  client.clear()
  void router.navigate({ to: '/sign-in' })
}

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <QueryClientProvider client={client}>
          <Notifications position="bottom-right" autoClose={6_000} limit={2} />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}
