import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { SeenInstance, SeenInstances } from '../../../../server/src/wire/seen-instances.ts'
import { lookAtInstances, seenInstances } from '../../api.ts'
import { Empty } from '../../parts/empty.tsx'
import { ClusterLink, NodeLink } from '../../parts/links.tsx'
import { Ago } from '../../parts/now.tsx'
import { Section } from '../../parts/page-head.tsx'
import { sayTrouble } from '../../parts/say.tsx'
import { State } from '../../parts/state.tsx'
import { type Column, DataTable } from '../../parts/table.tsx'
import { isEndable, urgencyOf } from '../../reckon/provision.ts'
import { EndMachine } from './end-machine.tsx'

/** All machines that the clouds have in tscaler's name: first those that run for nobody. */
export function Instances({ seen }: { seen: SeenInstances }) {
  return (
    <Section title="Machines in the cloud" aside={<LookNow lookedAt={seen.lookedAt} />}>
      {seen.trouble.length > 0 && (
        <div className="trouble cloud-trouble" role="alert">
          <strong>Not all could be read; what was seen there before is shown on</strong>
          {seen.trouble.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </div>
      )}
      <DataTable
        name="machines"
        rows={seen.items}
        columns={columns}
        keyOf={({ region, id }) => `${region} ${id}`}
        textOf={({ id, name, state, kind, type, region, host, node, cluster, note }) =>
          [id, name, state, kind, type, region, host, node?.name, cluster?.name, note].join(' ')
        }
        sort="kind"
        empty={
          <div className="card">
            <Empty>
              {seen.lookedAt === null
                ? 'Nobody has looked yet: the first look comes within seconds of a start.'
                : 'No machine runs in the name of this tscaler.'}
            </Empty>
          </div>
        }
      />
    </Section>
  )
}

function LookNow({ lookedAt }: { lookedAt: string | null }) {
  const client = useQueryClient()
  const look = useMutation({
    mutationFn: lookAtInstances,
    onSuccess: (seen) => client.setQueryData(seenInstances.queryKey, seen),
    onError: sayTrouble,
  })
  return (
    <span className="look-now">
      <span className="dim small">
        looked <Ago at={lookedAt} never="not yet" />
      </span>
      <Button size="compact-sm" variant="default" loading={look.isPending} onClick={() => look.mutate()}>
        Look now
      </Button>
    </span>
  )
}

const columns: Column<SeenInstance>[] = [
  {
    key: 'kind',
    head: 'Whose',
    cell: (instance) => <Whose instance={instance} />,
    // Within each kind as they come: by region and name.
    by: urgencyOf,
  },
  {
    key: 'id',
    head: 'Machine',
    cell: ({ id, name }) => (
      <>
        <code className="nowrap">{id}</code>
        {name !== null && (
          <span className="cell-cut dim small" title={name}>
            {name}
          </span>
        )}
      </>
    ),
    by: ({ id }) => id,
  },
  {
    key: 'state',
    head: 'State',
    cell: ({ state }) => <span className="nowrap">{state.replace('-', ' ')}</span>,
    by: ({ state }) => state,
  },
  {
    key: 'cluster',
    head: 'Cluster',
    isMinor: true,
    cell: ({ cluster }) => <ClusterLink cluster={cluster} />,
    by: ({ cluster }) => cluster?.name ?? null,
  },
  {
    key: 'type',
    head: 'Type',
    isMinor: true,
    cell: ({ type }) => type ?? <span className="dim">–</span>,
    by: ({ type }) => type,
  },
  {
    key: 'region',
    head: 'Region',
    isMinor: true,
    cell: ({ region }) => <span className="nowrap">{region}</span>,
    by: ({ region }) => region,
  },
  {
    key: 'host',
    head: 'Address',
    isMinor: true,
    cell: ({ host }) => host ?? <span className="dim">none</span>,
    by: ({ host }) => host,
  },
  {
    key: 'age',
    head: 'Started',
    isNumber: true,
    isMinor: true,
    cell: ({ launchedAt }) => <Ago at={launchedAt} />,
    by: ({ launchedAt }) => (launchedAt === null ? null : Date.parse(launchedAt)),
  },
]

/** The node that has it, or that nobody has, in words; with what is to be said of it. */
function Whose({ instance }: { instance: SeenInstance }) {
  const { kind, node, note } = instance
  return (
    <span className={note === null ? undefined : 'alert-text'}>
      {kind === 'node' && node ? (
        <NodeLink node={node} />
      ) : (
        <>
          <State of="instance" state={kind} /> {node && <NodeLink node={node} />}
        </>
      )}
      {note !== null && <span className="small">{note}</span>}
      {isEndable(instance) && <EndMachine instance={instance} />}
    </span>
  )
}
