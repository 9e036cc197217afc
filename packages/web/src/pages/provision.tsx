import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listOf, seenInstances } from '../api.ts'
import { Empty } from '../parts/empty.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { useMay } from '../parts/me.ts'
import { PageHead, Section } from '../parts/page-head.tsx'
import { fleetsOf, isUnderWay } from '../reckon/provision.ts'
import { Fleets } from './provision/fleets.tsx'
import { Instances } from './provision/instances.tsx'
import { UnderWay } from './provision/under-way.tsx'

/** Where machines come from and go to: the fleets, what is on its way, and all that the clouds have in tscaler's name. */
export function Provision() {
  const clusters = useQuery(listOf('clusters'))
  const nodes = useQuery(listOf('nodes'))
  const triggers = useQuery(listOf('triggers'))
  const actions = useQuery(listOf('actions'))
  const profiles = useQuery(listOf('ec2-profiles'))
  const instances = useQuery(seenInstances)
  const hasProgram = actions.data?.some((action) => action.deployCommand !== undefined) ?? false
  const isUnset = profiles.data?.length === 0 && !hasProgram
  if (isUnset && (instances.data?.items.length ?? 0) === 0) return <NoProfile />
  const fleets = fleetsOf({
    clusters: clusters.data ?? [],
    nodes: nodes.data ?? [],
    triggers: triggers.data ?? [],
    actions: actions.data ?? [],
  })
  const coming = (nodes.data ?? []).filter(isUnderWay)
  return (
    <>
      <PageHead title="Provision" aside={<ToProfiles />} />
      <Section title="Fleets">
        <Loaded query={clusters} height={120}>
          {() => <Fleets fleets={fleets} />}
        </Loaded>
      </Section>
      {coming.length > 0 && (
        <Section title="Under way">
          <UnderWay nodes={coming} />
        </Section>
      )}
      <Loaded query={instances} height={240}>
        {(seen) => <Instances seen={seen} />}
      </Loaded>
    </>
  )
}

function ToProfiles() {
  return (
    <Button component={Link} to="/control/ec2-profiles" variant="default">
      EC2 profiles
    </Button>
  )
}

function NoProfile() {
  const { may, whyNot } = useMay('admin')
  return (
    <>
      <PageHead title="Provision" />
      <div className="card">
        <Empty
          action={
            <Button component={Link} to="/control/ec2-profiles/new" disabled={!may} title={whyNot}>
              New EC2 profile
            </Button>
          }
        >
          tscaler can start and end machines once an EC2 profile says what they look like.
        </Empty>
      </div>
    </>
  )
}
