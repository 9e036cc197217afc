import { Button, Modal, Stack } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type * as resources from '../../../../server/src/wire/resources.ts'
import { listOf } from '../../api.ts'
import { Command } from '../../parts/command.tsx'
import { Empty } from '../../parts/empty.tsx'
import { ResourceForm } from '../../parts/form/resource-form.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Ago } from '../../parts/now.tsx'
import { type Column, DataTable } from '../../parts/table.tsx'
import { RemoveDialog } from './remove-dialog.tsx'

type Opened = { what: 'form' } | { what: 'made'; token: resources.Token } | { what: 'revoke'; token: resources.Token }

/** What scripts and other systems sign in with. A token's secret is shown once. */
export function Tokens() {
  const tokens = useQuery(listOf('tokens'))
  const client = useQueryClient()
  const [opened, setOpened] = useState<Opened | null>(null)
  const close = () => setOpened(null)
  const columns: Column<resources.Token>[] = [
    { key: 'name', head: 'Name', cell: ({ name }) => name, by: ({ name }) => name },
    { key: 'role', head: 'Role', cell: ({ role }) => role, by: ({ role }) => role },
    { key: 'user', head: 'Made by', isMinor: true, cell: ({ user }) => user.name, by: ({ user }) => user.name },
    {
      key: 'expires',
      head: 'Expires',
      isNumber: true,
      cell: ({ expiresAt }) => <Ago at={expiresAt} never="never" />,
      by: ({ expiresAt }) => expiresAt,
    },
    {
      key: 'used',
      head: 'Last used',
      isNumber: true,
      cell: ({ lastUsedAt }) => <Ago at={lastUsedAt} never="never" />,
      by: ({ lastUsedAt }) => lastUsedAt,
    },
    {
      key: 'do',
      head: '',
      isNumber: true,
      cell: (token) => (
        <Button size="compact-sm" variant="subtle" onClick={() => setOpened({ what: 'revoke', token })}>
          Revoke…
        </Button>
      ),
    },
  ]
  const add = (
    <Button size="compact-sm" variant="default" onClick={() => setOpened({ what: 'form' })}>
      New token
    </Button>
  )
  return (
    <>
      <Loaded query={tokens} height={160}>
        {(all) => (
          <DataTable
            name="tokens"
            rows={all}
            columns={columns}
            keyOf={({ name }) => name}
            textOf={({ name, role }) => `${name} ${role}`}
            sort="name"
            aside={add}
            empty={
              <div className="card">
                <Empty action={add}>A token lets a script or another system use the API. There are none yet.</Empty>
              </div>
            }
          />
        )}
      </Loaded>
      <Modal opened={opened?.what === 'form'} onClose={close} title="New API token">
        <ResourceForm kind="tokens" done={(token) => setOpened({ what: 'made', token })} back={close} />
      </Modal>
      <Modal opened={opened?.what === 'made'} onClose={close} title="The token’s secret" size="lg">
        {opened?.what === 'made' && (
          <Stack>
            <p>Copy it now: it is not shown again.</p>
            <Command text={opened.token.secret ?? ''} />
            <p className="dim small">
              Send it as <code>Authorization: Bearer …</code>, or give it to the command line as{' '}
              <code>TSCALER_TOKEN</code>.
            </p>
          </Stack>
        )}
      </Modal>
      {opened?.what === 'revoke' && (
        <RemoveDialog
          title={`Revoke the token ${opened.token.name}`}
          says="Whoever uses it is refused from now on."
          path={`/tokens/${opened.token.id}`}
          done={() => void client.invalidateQueries({ queryKey: ['tokens'] })}
          close={close}
        />
      )}
    </>
  )
}
