import { Button, Modal, Select } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useContext } from 'react'
import { listOf } from '../../api.ts'
import type { ReferenceKind } from './kinds.ts'
import { NestedForm } from './nested.ts'

interface ReferenceInputProps {
  label: string
  description: string | undefined
  error: string | undefined
  to: ReferenceKind
  isRequired: boolean
  value: string | null
  change: (value: string | null) => void
}

/** Another thing by its name, or a new one made on the spot. */
export function ReferenceInput({ to, isRequired, value, change, ...common }: ReferenceInputProps) {
  const [opened, { open, close }] = useDisclosure(false)
  const Form = useContext(NestedForm)
  return (
    <div className="reference">
      <Select {...common} searchable clearable={!isRequired} data={useNames(to)} value={value} onChange={change} />
      <Button variant="default" size="sm" onClick={open}>
        New…
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={`New ${to === 'ssh-profiles' ? 'SSH profile' : to.replace(/s$/, '')}`}
        size="lg"
      >
        <Form
          kind={to}
          done={({ name }) => {
            change(name)
            close()
          }}
          back={close}
        />
      </Modal>
    </div>
  )
}

/** The names of all things of a kind. */
export function useNames(kind: ReferenceKind): string[] {
  const { data } = useQuery(listOf(kind))
  return ((data ?? []) as { name: string }[]).map(({ name }) => name)
}
