import { Button, Select, Skeleton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { allRuns } from '../api.ts'
import { useMay } from '../parts/me.ts'
import { PageHead } from '../parts/page-head.tsx'
import { RunDialog } from '../parts/run-dialog.tsx'
import { RunsTable } from '../parts/runs-table.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { lookOf } from '../reckon/state.ts'

const states = [
  'planned',
  'awaiting-approval',
  'running',
  'waiting',
  'compensating',
  'succeeded',
  'failed',
  'cancelled',
]

/** All runs, newest first, older ones on request. */
export function Runs() {
  const { state } = useSearch({ strict: false })
  const navigate = useNavigate()
  const { may, whyNot } = useMay('operator')
  const [opened, setOpened] = useState(false)
  const query = useInfiniteQuery(allRuns(state ?? ''))
  const all = query.data?.pages.flatMap(({ items }) => items)
  return (
    <>
      <PageHead
        title="Runs"
        aside={
          <>
            <Select
              aria-label="State"
              placeholder="any state"
              clearable
              w={190}
              data={states.map((value) => ({ value, label: lookOf('run', value).word }))}
              value={state ?? null}
              onChange={(chosen) =>
                void navigate({ to: '.', search: (was) => ({ ...was, state: chosen ?? undefined }), replace: true })
              }
            />
            <Button variant="default" disabled={!may} title={whyNot} onClick={() => setOpened(true)}>
              Run an action…
            </Button>
          </>
        }
      />
      <RunDialog opened={opened} close={() => setOpened(false)} />
      {query.error && !all && <Trouble error={query.error} />}
      {!all && !query.error && <Skeleton className="late" height={320} />}
      {all && (
        <RunsTable
          runs={all}
          empty={
            state
              ? `No run is ${lookOf('run', state).word}.`
              : 'No run yet. Runs begin when a trigger fires, or by hand.'
          }
        />
      )}
      {query.hasNextPage && (
        <Button mt="sm" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Older runs
        </Button>
      )}
    </>
  )
}
