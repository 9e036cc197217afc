import { Button, Modal } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { Command } from '../../parts/command.tsx'
import { useMay } from '../../parts/me.ts'

/** Loaded when somebody adds a node: the overview does without. */
const ResourceForm = lazy(async () => {
  const { ResourceForm } = await import('../../parts/form/resource-form.tsx')
  return { default: ResourceForm<'nodes'> }
})

const ways = [
  {
    what: 'Apply a configuration file; it shows its plan and asks',
    command: 'npm run -s tscaler -- apply -f fleet.yaml',
  },
  { what: 'See how such a file looks: yours, as it is now', command: 'npm run -s tscaler -- export' },
  {
    what: 'Take in the machines of an Ansible inventory',
    command: 'npm run -s tscaler -- import ansible inventory.ini',
  },
]

/** The first day: only this machine is watched yet. What to do next, by hand or by command. */
export function FirstSteps() {
  const [opened, { open, close }] = useDisclosure(false)
  const { may, whyNot } = useMay('admin')
  const navigate = useNavigate()
  return (
    <section className="card card-pad first">
      <div>
        <h2>First steps</h2>
        <p className="dim">
          tscaler watches this machine only. Add a machine that you reach by SSH, and its counters are here within
          seconds; nothing is installed on it.
        </p>
        <Button mt="sm" onClick={open} disabled={!may} title={whyNot}>
          Add a node…
        </Button>
      </div>
      <div className="first-ways">
        {ways.map(({ what, command }) => (
          <div key={command}>
            <p className="dim small">{what}</p>
            <Command text={command} />
          </div>
        ))}
      </div>
      <Modal opened={opened} onClose={close} title="Add a node" size="lg">
        <Suspense>
          <ResourceForm
            kind="nodes"
            done={(node) => navigate({ to: '/nodes/$name', params: { name: node.name } })}
            back={close}
          />
        </Suspense>
      </Modal>
    </section>
  )
}
