import { Button, Modal, Stack } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type * as resources from '../../../../server/src/wire/resources.ts'
import { ask, listOf } from '../../api.ts'
import { Command } from '../../parts/command.tsx'
import { ResourceForm } from '../../parts/form/resource-form.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { sayTrouble } from '../../parts/say.tsx'
import { Looks } from '../../parts/state.tsx'
import { type Column, DataTable } from '../../parts/table.tsx'
import { RemoveDialog } from './remove-dialog.tsx'

type Opened =
  | { what: 'form'; user?: resources.User }
  | { what: 'remove'; user: resources.User }
  | { what: 'link'; user: resources.User; secret: string }

/** The people who may sign in. */
export function Users() {
  const users = useQuery(listOf('users'))
  const client = useQueryClient()
  const [opened, setOpened] = useState<Opened | null>(null)
  const link = useMutation({
    mutationFn: (user: resources.User) => ask<{ secret: string }>('POST', `/users/${user.id}/link`),
    onSuccess: ({ secret }, user) => setOpened({ what: 'link', user, secret }),
    onError: sayTrouble,
  })
  const close = () => setOpened(null)
  const columns: Column<resources.User>[] = [
    { key: 'name', head: 'Name', cell: ({ name }) => name, by: ({ name }) => name },
    { key: 'role', head: 'Role', cell: ({ role }) => role, by: ({ role }) => role },
    {
      key: 'email',
      head: 'E-mail',
      isMinor: true,
      cell: ({ email }) => email ?? <span className="dim">–</span>,
      by: ({ email }) => email,
    },
    { key: 'may', head: 'May sign in', cell: (user) => <MaySignIn user={user} /> },
    {
      key: 'do',
      head: '',
      isNumber: true,
      cell: (user) => (
        <>
          <Button
            size="compact-sm"
            variant="subtle"
            loading={link.isPending && link.variables.id === user.id}
            onClick={() => link.mutate(user)}
          >
            Password link
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={() => setOpened({ what: 'form', user })}>
            Edit
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={() => setOpened({ what: 'remove', user })}>
            Remove…
          </Button>
        </>
      ),
    },
  ]
  const add = (
    <Button size="compact-sm" variant="default" onClick={() => setOpened({ what: 'form' })}>
      New user
    </Button>
  )
  return (
    <>
      <Loaded query={users} height={200}>
        {(all) => (
          <DataTable
            name="users"
            rows={all}
            columns={columns}
            keyOf={({ name }) => name}
            textOf={({ name, role }) => `${name} ${role}`}
            sort="name"
            empty={null}
            aside={add}
          />
        )}
      </Loaded>
      <Modal
        opened={opened?.what === 'form'}
        onClose={close}
        title={opened?.what === 'form' && opened.user ? `User ${opened.user.name}` : 'New user'}
      >
        {opened?.what === 'form' && (
          <ResourceForm
            kind="users"
            {...(opened.user ? { thing: opened.user } : {})}
            done={(user) => (opened.user ? close() : link.mutate(user))}
            back={close}
          />
        )}
      </Modal>
      <Modal opened={opened?.what === 'link'} onClose={close} title="A link that sets the password" size="lg">
        {opened?.what === 'link' && (
          <Stack>
            <p>Give this to {opened.user.name}. It works once, within a day, and is not shown again.</p>
            <Command text={`${location.origin}/welcome#${opened.secret}`} />
          </Stack>
        )}
      </Modal>
      {opened?.what === 'remove' && (
        <RemoveDialog
          title={`Remove the user ${opened.user.name}`}
          says="He is signed out everywhere and can’t sign in any more. What he did stays in the audit trail."
          path={`/users/${opened.user.id}`}
          done={() => void client.invalidateQueries({ queryKey: ['users'] })}
          close={close}
        />
      )}
    </>
  )
}

function MaySignIn({ user: { disabled, hasPassword } }: { user: resources.User }) {
  if (disabled) return <Looks look={{ tone: 'idle', shape: 'cross', word: 'no, disabled' }} />
  if (!hasPassword) return <Looks look={{ tone: 'held', shape: 'triangle', word: 'not yet: no password' }} />
  return <Looks look={{ tone: 'fine', shape: 'check', word: 'yes' }} />
}
