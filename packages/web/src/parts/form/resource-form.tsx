import { Button, Group, Stack } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { ask, type KindName, type Kinds, ProblemError, part } from '../../api.ts'
import { declarations } from '../../forms/all.ts'
import { useMay } from '../me.ts'
import { Trouble } from '../trouble.tsx'
import { bodyOf, findingsByField, isRequired, missingOf, valuesOf } from './body.ts'
import { Input } from './input.tsx'
import type { Finding, Values } from './kinds.ts'
import { NestedForm } from './nested.ts'

interface ResourceFormProps<Kind extends KindName> {
  kind: Kind
  /** What is changed; a new thing without it. */
  thing?: Kinds[Kind]
  /** Values that a new thing begins with. */
  start?: Values
  /** More to decide, above the buttons. */
  children?: ReactNode
  done: (saved: Kinds[Kind]) => void
  back: () => void
}

/** The form of any kind of thing, made from its declaration: adds one, or changes what has been changed of one. */
export function ResourceForm<Kind extends KindName>({
  kind,
  thing,
  start,
  children,
  done,
  back,
}: ResourceFormProps<Kind>) {
  const declaration = declarations[kind]
  const [before] = useState(() => valuesOf(declaration, (thing as Record<string, unknown> | undefined) ?? null))
  const [values, setValues] = useState<Values>(() => ({ ...before, ...start }))
  const [isOpen, setOpen] = useState(false)
  const { may, whyNot } = useMay('admin')
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: () => {
      const body = bodyOf(declaration, values, thing === undefined ? null : before)
      if (thing === undefined) return ask<Kinds[Kind]>('POST', `/${kind}`, { body })
      return ask<Kinds[Kind]>('PATCH', `/${kind}/${part(thing.name)}`, { body, version: thing.version })
    },
    onSuccess: async (saved) => {
      await client.invalidateQueries()
      done(saved)
    },
  })
  const [missing, setMissing] = useState<readonly Finding[]>([])
  const found = save.error instanceof ProblemError ? (save.error.problem.findings ?? []) : []
  const findings = missing.length > 0 ? missing : found
  const { byField } = findingsByField(declaration, values, findings)
  const fields = declaration.fields.filter(({ when }) => when === undefined || when(values))
  const rare = fields.filter(({ isRare }) => isRare === true)
  const isRareShown = isOpen || rare.some(({ name }) => byField.has(name))
  const shown = [...fields.filter(({ isRare }) => isRare !== true), ...(isRareShown ? rare : [])]
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        // A form in a dialog of another form must not save that one too.
        event.stopPropagation()
        const lacks = missingOf(declaration, values)
        setMissing(lacks)
        if (lacks.length === 0) save.mutate()
      }}
    >
      <Stack gap="sm">
        <NestedForm value={ResourceForm}>
          {shown.map((field) => (
            <Input
              key={field.name}
              field={field}
              isRequired={isRequired(field, values)}
              value={values[field.name]}
              change={(value) => setValues((was) => ({ ...was, [field.name]: value }))}
              findings={byField.get(field.name) ?? []}
            />
          ))}
        </NestedForm>
        {rare.length > 0 && !isRareShown && (
          <button type="button" className="more-fields" onClick={() => setOpen(true)}>
            More: {rare.map(({ label }) => label.split(':')[0]?.split(',')[0]).join(', ')}
          </button>
        )}
        {children}
        <Trouble
          error={missing.length > 0 ? null : save.error}
          shown={[...byField.values()].flat().map(({ path }) => path)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={back}>
            Back
          </Button>
          <Button type="submit" disabled={!may} title={whyNot} loading={save.isPending}>
            {thing === undefined ? `Add the ${declaration.noun}` : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
