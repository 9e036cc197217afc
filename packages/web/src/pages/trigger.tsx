import { Button, SegmentedControl } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type * as resources from '../../../server/src/wire/resources.ts'
import { ask, oneOf, triggerState } from '../api.ts'
import { ClusterLink } from '../parts/links.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { useMay } from '../parts/me.ts'
import { PageHead, Section } from '../parts/page-head.tsx'
import { PauseMenu } from '../parts/pause.tsx'
import { RunDialog } from '../parts/run-dialog.tsx'
import { sayTrouble } from '../parts/say.tsx'
import { isPaused } from '../reckon/size.ts'
import { HitsTable } from './trigger/hits-table.tsx'
import { TriggerGraphs } from './trigger/trigger-graphs.tsx'
import { Verdicts } from './trigger/verdicts.tsx'
import { WhyNot } from './trigger/why-not.tsx'

/** How often the state is read beside the live hits: what holds a fire back changes with the clock. */
const readEveryMs = 5_000

/** One trigger: what it waits for, what holds it back, and what it decided. */
export function Trigger() {
  const { name } = useParams({ strict: false })
  const trigger = useQuery(oneOf('triggers', name ?? ''))
  return (
    <Loaded query={trigger} height={600}>
      {(found) => <TriggerPage key={found.id} trigger={found} />}
    </Loaded>
  )
}

function TriggerPage({ trigger }: { trigger: resources.Trigger }) {
  const state = useQuery({ ...triggerState(trigger.name), refetchInterval: readEveryMs })
  return (
    <>
      <PageHead title={trigger.name} aside={<Orders trigger={trigger} />}>
        <span>
          on <ClusterLink cluster={trigger.cluster} />
        </span>
      </PageHead>
      <Loaded query={state} height={90}>
        {(now) => <WhyNot trigger={trigger} state={now} />}
      </Loaded>
      <Section title="Counters">
        <Loaded query={state} height={260}>
          {(now) => <TriggerGraphs trigger={trigger} state={now} />}
        </Loaded>
      </Section>
      <Section title="Hits">
        <Loaded query={state} height={160}>
          {(now) => <HitsTable state={now} />}
        </Loaded>
      </Section>
      <Section title="Decisions">
        <Loaded query={state} height={160}>
          {(now) => <Verdicts state={now} />}
        </Loaded>
      </Section>
    </>
  )
}

const states = [
  { value: 'on', label: 'On' },
  { value: 'watch', label: 'Watch' },
  { value: 'off', label: 'Off' },
]

function Orders({ trigger }: { trigger: resources.Trigger }) {
  const operator = useMay('operator')
  const admin = useMay('admin')
  const client = useQueryClient()
  const [opened, setOpened] = useState(false)
  const turn = useMutation({
    mutationFn: (state: string) =>
      ask('PATCH', `/triggers/${trigger.id}`, { body: { state }, version: trigger.version }),
    onSettled: () => client.invalidateQueries({ queryKey: ['triggers'] }),
    onError: sayTrouble,
  })
  return (
    <>
      <SegmentedControl
        aria-label="State: on fires, watch only records, off does not judge"
        size="xs"
        data={states}
        disabled={!admin.may || turn.isPending}
        value={turn.isPending ? turn.variables : trigger.state}
        onChange={(state) => turn.mutate(state)}
      />
      <Button disabled={!operator.may} title={operator.whyNot} onClick={() => setOpened(true)}>
        Run now…
      </Button>
      <PauseMenu
        paused={{ trigger: trigger.id }}
        until={isPaused(trigger) ? trigger.pausedUntil : null}
        what={trigger.name}
      />
      <Button component={Link} to={`/control/triggers/${trigger.name}`} variant="default">
        Edit
      </Button>
      <RunDialog opened={opened} close={() => setOpened(false)} trigger={trigger.name} cluster={trigger.cluster.name} />
    </>
  )
}
