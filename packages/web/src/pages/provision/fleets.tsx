import { Button, Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Empty } from '../../parts/empty.tsx'
import { ClusterLink } from '../../parts/links.tsx'
import { useMay } from '../../parts/me.ts'
import { RunDialog } from '../../parts/run-dialog.tsx'
import { type Fleet, fleetText, type Way } from '../../reckon/provision.ts'

/** More are found by search, or unfolded. */
const shownMax = 50

/** Each cluster with its machines, and what adds one or takes one away; both show their plan first. */
export function Fleets({ fleets }: { fleets: readonly Fleet[] }) {
  const [all, setAll] = useState(false)
  if (fleets.length === 0)
    return (
      <div className="card">
        <Empty
          action={
            <Button component={Link} to="/control/clusters/new" variant="default">
              New cluster
            </Button>
          }
        >
          Machines are deployed into a cluster. There is none yet.
        </Empty>
      </div>
    )
  return (
    <div className="card">
      <table className="table fleets" aria-label="fleets">
        <thead>
          <tr>
            <th scope="col">Cluster</th>
            <th scope="col">Nodes</th>
            <th scope="col" className="number wide-only">
              Min–max
            </th>
            <th scope="col" className="wide-only">
              EC2 profile
            </th>
            <th scope="col" className="number" />
          </tr>
        </thead>
        <tbody>
          {(all ? fleets : fleets.slice(0, shownMax)).map((fleet) => (
            <FleetRow key={fleet.cluster.id} fleet={fleet} />
          ))}
        </tbody>
      </table>
      {!all && fleets.length > shownMax && (
        <div className="table-foot">
          <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
            Show all {fleets.length}
          </Button>
        </div>
      )}
    </div>
  )
}

function FleetRow({ fleet }: { fleet: Fleet }) {
  const { cluster, machines, profiles, grow, shrink } = fleet
  const { min, max, name } = cluster
  return (
    <tr>
      <td>
        <ClusterLink cluster={cluster} />
      </td>
      <td>{fleetText(fleet)}</td>
      <td className="number wide-only">{max === null ? `${min} or more` : `${min}–${max}`}</td>
      <td className="wide-only">
        {profiles.length > 0 ? <Profiles names={profiles} /> : <span className="dim">none</span>}
      </td>
      <td className="number fleet-orders">
        {grow.length === 0 && shrink.length === 0 ? (
          <Link className="link" to="/control/$kind/$name" params={{ kind: 'actions', name: 'new' }}>
            New action that deploys
          </Link>
        ) : (
          <>
            <Order name="Deploy" cluster={name} ways={grow} whyNone="No action deploys machines." />
            <Order
              name="Remove"
              cluster={name}
              ways={machines === 0 ? [] : shrink}
              whyNone={machines === 0 ? 'It has no machine of a cloud.' : 'No action removes machines.'}
            />
          </>
        )}
      </td>
    </tr>
  )
}

function Profiles({ names }: { names: readonly string[] }) {
  return (
    <>
      {names.map((name) => (
        <Link key={name} className="link" to="/control/$kind/$name" params={{ kind: 'ec2-profiles', name }}>
          {name}
        </Link>
      ))}
    </>
  )
}

interface OrderProps {
  name: 'Deploy' | 'Remove'
  cluster: string
  ways: readonly Way[]
  whyNone: string
}

/** One way at once, or a choice of several; then the plan. */
function Order({ name, cluster, ways, whyNone }: OrderProps) {
  const { may, whyNot } = useMay('operator')
  const [chosen, choose] = useState<Way | null>(null)
  const [only, second] = ways
  const common = {
    size: 'compact-sm',
    variant: 'default',
    disabled: !may || only === undefined,
    title: whyNot ?? (only === undefined ? whyNone : undefined),
    'aria-label': `${name} in ${cluster}`,
  } as const
  return (
    <>
      {second === undefined ? (
        <Button {...common} onClick={() => only && choose(only)}>
          {name}…
        </Button>
      ) : (
        <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
          <Menu.Target>
            <Button {...common}>{name} ▾</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {ways.map((way) => (
              <Menu.Item key={`${way.kind} ${way.name}`} onClick={() => choose(way)}>
                {way.name}…<div className="dim small">{aboutText(way)}</div>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {chosen !== null && (
        <RunDialog
          opened
          close={() => choose(null)}
          cluster={cluster}
          {...(chosen.kind === 'trigger' ? { trigger: chosen.name } : { action: chosen.name })}
        />
      )}
    </>
  )
}

function aboutText({ kind, steps }: Way): string {
  return kind === 'trigger' ? `all its steps: ${steps.join(', ')}` : 'this action alone'
}
