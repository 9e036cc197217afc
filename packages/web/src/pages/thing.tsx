import { Button, Group, Modal, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Navigate, useNavigate, useParams, useRouter } from '@tanstack/react-router'
import { ask, type KindName, oneOf, part } from '../api.ts'
import { declarations } from '../forms/all.ts'
import { ResourceForm } from '../parts/form/resource-form.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { useMay } from '../parts/me.ts'
import { PageHead } from '../parts/page-head.tsx'
import { RunDialog } from '../parts/run-dialog.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { TryIt } from './control/try-it.tsx'
import { UsedBy } from './control/used-by.tsx'

const kinds = [
  'clusters',
  'nodes',
  'counters',
  'triggers',
  'actions',
  'ssh-profiles',
  'jvm-profiles',
  'ec2-profiles',
] as const

/** Kinds whose things have a page of their own, where one is taken after saving. */
const pages: Partial<Record<KindName, string>> = { clusters: '/clusters/', nodes: '/nodes/', triggers: '/triggers/' }

/** The form of one thing of the configuration, new or there already. */
export function Thing() {
  const { kind = '', name = '' } = useParams({ strict: false })
  const known = kinds.find((one) => one === kind)
  if (known === undefined) return <Navigate to="/control" replace />
  return name === 'new' ? (
    <NewThing key={known} kind={known} />
  ) : (
    <KnownThing key={`${known} ${name}`} kind={known} name={name} />
  )
}

function useAway(kind: KindName) {
  const navigate = useNavigate()
  const router = useRouter()
  return {
    to: (name: string) =>
      void navigate({
        to:
          pages[kind] === undefined ? (kind === 'actions' ? '/control' : `/control/${kind}`) : `${pages[kind]}${name}`,
      }),
    back: () => (router.history.canGoBack() ? router.history.back() : void navigate({ to: '/control' })),
  }
}

function NewThing({ kind }: { kind: (typeof kinds)[number] }) {
  const { noun, about } = declarations[kind]
  const away = useAway(kind)
  return (
    <>
      <PageHead title={`New ${noun}`} />
      <p className="dim about">{about}</p>
      <div className="card card-pad form-card">
        <ResourceForm kind={kind} done={({ name }) => away.to(name)} back={away.back} />
      </div>
    </>
  )
}

function KnownThing({ kind, name }: { kind: (typeof kinds)[number]; name: string }) {
  const thing = useQuery(oneOf(kind, name))
  const { noun, about } = declarations[kind]
  const away = useAway(kind)
  const page = pages[kind]
  return (
    <>
      <PageHead
        title={name}
        aside={
          <>
            {page !== undefined && (
              <Button component={Link} to={`${page}${name}`} variant="default">
                Open its page
              </Button>
            )}
            {kind === 'actions' && <RunButton action={name} />}
            <RemoveButton kind={kind} noun={noun} name={name} />
          </>
        }
      >
        <span className="dim">{noun}</span>
      </PageHead>
      <p className="dim about">{about}</p>
      <Loaded query={thing} height={400}>
        {(found) => (
          <>
            <UsedBy kind={kind} name={found.name} />
            <div className="card card-pad form-card">
              <ResourceForm
                key={found.version}
                kind={kind}
                thing={found}
                done={(saved) => away.to(saved.name)}
                back={away.back}
              />
            </div>
            <TryIt kind={kind} name={found.name} />
          </>
        )}
      </Loaded>
    </>
  )
}

function RunButton({ action }: { action: string }) {
  const { may, whyNot } = useMay('operator')
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <>
      <Button variant="default" disabled={!may} title={whyNot} onClick={open}>
        Run now…
      </Button>
      <RunDialog opened={opened} close={close} action={action} />
    </>
  )
}

function RemoveButton({ kind, noun, name }: { kind: KindName; noun: string; name: string }) {
  const { may, whyNot } = useMay('admin')
  const [opened, { open, close }] = useDisclosure(false)
  const client = useQueryClient()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationFn: () => ask('DELETE', `/${kind}/${part(name)}`),
    onSuccess: async () => {
      await navigate({ to: kind === 'actions' ? '/control' : `/control/${kind}`, replace: true })
      client.removeQueries({ queryKey: [kind, 'one', name] })
      await client.invalidateQueries()
    },
  })
  return (
    <>
      <Button variant="default" disabled={!may} title={whyNot} onClick={open}>
        Remove…
      </Button>
      <Modal opened={opened} onClose={close} title={`Remove the ${noun} ${name}`}>
        <Stack>
          <p>
            {kind === 'nodes'
              ? 'tscaler forgets the node and collects nothing from it any more. The machine itself is not touched: one of a cloud runs on, and costs.'
              : `The ${noun} is gone for good; what was recorded of it stays in runs and in the audit trail.`}
          </p>
          <Trouble error={remove.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Back
            </Button>
            <Button loading={remove.isPending} onClick={() => remove.mutate()}>
              Remove it
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
