import { Button, Menu, useMantineColorScheme } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ask, me } from '../api.ts'
import { live } from '../live.ts'
import { openShortcuts } from './shortcuts.tsx'
import { setZone, useZone } from './zone.ts'

const schemes = [
  { scheme: 'light', name: 'Light' },
  { scheme: 'dark', name: 'Dark' },
  { scheme: 'auto', name: 'As the system' },
] as const

/** Who is signed in, how the pages look to him, and the way out. */
export function UserMenu() {
  const { data } = useQuery(me)
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const zone = useZone()
  const [client, navigate] = [useQueryClient(), useNavigate()]
  async function signOut() {
    await ask('DELETE', '/session').catch(() => undefined)
    live.stop()
    client.clear()
    await navigate({ to: '/sign-in' })
  }
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <Menu position="bottom-end" width={230} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button
          variant="default"
          size="compact-md"
          className="user"
          aria-label={`${initials(data?.who ?? '')}: signed in as ${data?.who ?? ''}`}
        >
          {initials(data?.who ?? '')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {data?.who} · {data?.role}
        </Menu.Label>
        {data?.user && (
          <Menu.Item onClick={() => navigate({ to: '/admin/$kind', params: { kind: 'account' } })}>
            Change password…
          </Menu.Item>
        )}
        <Menu.Item onClick={openShortcuts}>Keys (?)</Menu.Item>
        <Menu.Divider />
        <Menu.Label>Colours</Menu.Label>
        {schemes.map(({ scheme, name }) => (
          <Menu.Item
            key={scheme}
            rightSection={colorScheme === scheme ? '✓' : null}
            onClick={() => setColorScheme(scheme)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>Times</Menu.Label>
        <Menu.Item rightSection={zone === undefined ? '✓' : null} onClick={() => setZone(undefined)}>
          {own}
        </Menu.Item>
        <Menu.Item rightSection={zone === 'UTC' ? '✓' : null} onClick={() => setZone('UTC')}>
          UTC
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function initials(who: string): string {
  return (
    who
      .replace(/^(token|os):/, '')
      .slice(0, 2)
      .toUpperCase() || '··'
  )
}
