import { Button, Modal, MultiSelect, Select } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useContext } from 'react'
import { listOf } from '../../api.ts'
import type { ReferenceKind } from './kinds.ts'
import { NestedForm } from './nested.ts'

interface CommonProps {
  label: string
  description: string | undefined
  error: string | undefined
  withAsterisk?: boolean
  to: ReferenceKind
}

interface ReferenceInputProps extends CommonProps {
  isRequired: boolean
  value: string | null
  change: (value: string | null) => void
}

/** Another thing by its name, or a new one made on the spot. */
export function ReferenceInput({ to, isRequired, value, change, ...common }: ReferenceInputProps) {
  return (
    <div className="reference">
      <Select
        {...common}
        searchable
        clearable={!isRequired}
        data={withChosen(useNames(to), value === null ? [] : [value])}
        value={value}
        onChange={change}
      />
      <NewOnTheSpot to={to} made={change} />
    </div>
  )
}

interface ReferencesInputProps extends CommonProps {
  value: readonly string[]
  change: (value: readonly string[]) => void
}

/** Several other things by their names, also new ones made on the spot. */
export function ReferencesInput({ to, value, change, ...common }: ReferencesInputProps) {
  return (
    <div className="reference">
      <MultiSelect
        {...common}
        searchable
        clearable
        data={withChosen(useNames(to), value)}
        value={[...value]}
        onChange={change}
      />
      <NewOnTheSpot to={to} made={(name) => change([...value, name])} />
    </div>
  )
}

/** What is chosen is shown before the names are read, too. */
function withChosen(names: readonly string[], chosen: readonly string[]): string[] {
  return [...chosen.filter((name) => !names.includes(name)), ...names]
}

function NewOnTheSpot({ to, made }: { to: ReferenceKind; made: (name: string) => void }) {
  const [opened, { open, close }] = useDisclosure(false)
  const Form = useContext(NestedForm)
  return (
    <>
      <Button variant="default" size="sm" onClick={open}>
        New…
      </Button>
      <Modal opened={opened} onClose={close} title={`New ${nounOf(to)}`} size="lg">
        <Form
          kind={to}
          done={({ name }) => {
            made(name)
            close()
          }}
          back={close}
        />
      </Modal>
    </>
  )
}

/** The declarations that have the nouns know the inputs: they can't be asked here. */
function nounOf(kind: ReferenceKind): string {
  return kind.replace('ssh-', 'SSH ').replace('jvm-', 'JVM ').replace('ec2-', 'EC2 ').replace(/s$/, '')
}

/** The names of all things of a kind. */
export function useNames(kind: ReferenceKind): string[] {
  const { data } = useQuery(listOf(kind))
  return ((data ?? []) as { name: string }[]).map(({ name }) => name)
}
