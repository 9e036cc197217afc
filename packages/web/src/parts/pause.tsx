import { Button, Menu } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ask } from '../api.ts'
import { useMay } from './me.ts'
import { sayTrouble } from './say.tsx'

/** What is paused: a trigger, a cluster, or everything where neither is named. */
export type Paused = { trigger?: number } | { cluster?: number }

const lengths = [
  { for: '15m', name: '15 minutes' },
  { for: '1h', name: '1 hour' },
  { for: '8h', name: '8 hours' },
  { for: '1d', name: '1 day' },
  { for: '7d', name: '7 days' },
]

export function useResume(paused: Paused) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => ask('POST', '/resume', { body: paused }),
    onSuccess: () => client.invalidateQueries(),
    onError: sayTrouble,
  })
}

/** Pauses for a length that always ends, or goes on now where it is paused. */
export function PauseMenu({ paused, until, what }: { paused: Paused; until: string | null; what: string }) {
  const { may, whyNot } = useMay('operator')
  const client = useQueryClient()
  const resume = useResume(paused)
  const pause = useMutation({
    mutationFn: (length: string) => ask('POST', '/pause', { body: { ...paused, for: length } }),
    onSuccess: () => client.invalidateQueries(),
    onError: sayTrouble,
  })
  if (until !== null) {
    return (
      <Button
        variant="default"
        disabled={!may}
        title={whyNot}
        loading={resume.isPending}
        onClick={() => resume.mutate()}
      >
        Go on now
      </Button>
    )
  }
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button variant="default" disabled={!may} title={whyNot} loading={pause.isPending}>
          Pause ▾
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{what} starts nothing for</Menu.Label>
        {lengths.map(({ for: length, name }) => (
          <Menu.Item key={length} onClick={() => pause.mutate(length)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
