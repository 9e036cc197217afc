import { Button, Kbd, Modal, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import type * as resources from '../../../server/src/wire/resources.ts'
import { listOf } from '../api.ts'
import { findIn } from '../reckon/find.ts'
import { seriesName } from '../reckon/series-name.ts'
import { isTyping } from './shortcuts.tsx'

/** More would not be looked at. */
const shownMax = 12

interface Found {
  kind: string
  name: string
  to: string
}

const pages: Found[] = [
  { kind: 'page', name: 'Overview', to: '/' },
  { kind: 'page', name: 'Clusters', to: '/clusters' },
  { kind: 'page', name: 'Triggers', to: '/triggers' },
  { kind: 'page', name: 'Runs', to: '/runs' },
  { kind: 'page', name: 'Provision', to: '/provision' },
  { kind: 'page', name: 'Alerts', to: '/admin/alerts' },
  { kind: 'page', name: 'Audit trail', to: '/admin/audit' },
  { kind: 'page', name: 'Users', to: '/admin/users' },
  { kind: 'page', name: 'API tokens', to: '/admin/tokens' },
]

/** `/` finds everything that has a name, and runs by their number. */
export function SearchButton() {
  const [opened, setOpened] = useState(false)
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || isTyping(event.target)) return
      event.preventDefault()
      setOpened(true)
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
  return (
    <>
      <Button
        variant="default"
        size="compact-md"
        aria-label="Search"
        title="Search (/)"
        onClick={() => setOpened(true)}
      >
        <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
          <path
            d="M9.5 9.5 13 13M6 10.5a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9z"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.6"
            strokeLinecap="round"
          />
        </svg>
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} withCloseButton={false} padding={0} size="lg">
        <SearchBox done={() => setOpened(false)} />
      </Modal>
    </>
  )
}

function SearchBox({ done }: { done: () => void }) {
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const navigate = useNavigate()
  const everything = useEverything()
  const run = /^#?(\d{1,9})$/.exec(query.trim())
  const byNumber = run ? [{ kind: 'run', name: `#${run[1]}`, to: `/runs/${run[1]}` }] : []
  const found = [...byNumber, ...findIn(everything, query, shownMax)].slice(0, shownMax)
  function go(item: Found | undefined) {
    if (!item) return
    done()
    void navigate({ to: item.to })
  }
  function press(event: React.KeyboardEvent) {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setAt((was) => (was + step + found.length) % Math.max(1, found.length))
    }
    if (event.key === 'Enter') go(found[at])
  }
  return (
    <>
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        className="found-input"
        px="md"
        aria-label="Search"
        placeholder="A cluster, node, JVM, trigger, action, counter, or a run’s number"
        value={query}
        onKeyDown={press}
        onChange={({ currentTarget }) => {
          setQuery(currentTarget.value)
          setAt(0)
        }}
      />
      <ul className="found">
        {found.map((item, index) => (
          <li key={`${item.kind} ${item.name}`}>
            <button
              type="button"
              data-at={index === at || undefined}
              onMouseMove={() => setAt(index)}
              onClick={() => go(item)}
            >
              <span className="name">{item.name}</span>
              <span className="dim">{item.kind}</span>
            </button>
          </li>
        ))}
        {found.length === 0 && <li className="dim none">Nothing has “{query}” in its name.</li>}
      </ul>
      <p className="found-foot dim small">
        <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> choose · <Kbd size="xs">Enter</Kbd> open ·{' '}
        <Kbd size="xs">Esc</Kbd> close
      </p>
    </>
  )
}

function useEverything(): Found[] {
  const nodes = useQuery(often(listOf('nodes'))).data
  const found = [
    useNamed('cluster', useQuery(often(listOf('clusters'))).data, '/clusters/'),
    useNamed('node', nodes, '/nodes/'),
    useJvms(nodes),
    useNamed('trigger', useQuery(often(listOf('triggers'))).data, '/triggers/'),
    useNamed('action', useQuery(often(listOf('actions'))).data, '/control/actions/'),
    useNamed('counter', useQuery(often(listOf('counters'))).data, '/control/counters/'),
    useNamed('JVM profile', useQuery(often(listOf('jvm-profiles'))).data, '/control/jvm-profiles/'),
    useNamed('EC2 profile', useQuery(often(listOf('ec2-profiles'))).data, '/control/ec2-profiles/'),
  ]
  return [...found.flat(), ...pages]
}

/** Names change seldom: what was read in the last half minute will do. */
function often<Options extends object>(options: Options): Options & { staleTime: number } {
  return { ...options, staleTime: 30_000 }
}

function useNamed(kind: string, things: readonly { name: string }[] | undefined, to: string): Found[] {
  return useMemo(() => (things ?? []).map(({ name }) => ({ kind, name, to: `${to}${name}` })), [kind, things, to])
}

/** Every JVM by its node and profile. */
function useJvms(nodes: readonly resources.Node[] | undefined): Found[] {
  return useMemo(
    () =>
      (nodes ?? []).flatMap((node) =>
        node.jvmProfiles.map((jvm) => ({
          kind: 'JVM',
          name: seriesName({ node, jvm }),
          to: `/nodes/${node.name}/jvms/${jvm.name}`,
        })),
      ),
    [nodes],
  )
}
