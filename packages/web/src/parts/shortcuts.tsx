import { Kbd, Modal, Table } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

/** `g` and then this, soon after, goes there. */
const places = {
  o: { to: '/', name: 'Overview' },
  c: { to: '/clusters', name: 'Clusters' },
  t: { to: '/triggers', name: 'Triggers' },
  r: { to: '/runs', name: 'Runs' },
  p: { to: '/provision', name: 'Provision' },
  n: { to: '/control', name: 'Control' },
  a: { to: '/admin', name: 'Admin' },
} as const

const sequenceMs = 1_500
const opening = 'tscaler-keys'

/** Opens the list of keys, from wherever. */
export function openShortcuts(): void {
  window.dispatchEvent(new Event(opening))
}

/** The keys that work on every page, and the dialog that lists them (`?`). */
export function Shortcuts() {
  const [opened, setOpened] = useState(false)
  const navigate = useNavigate()
  useEffect(() => {
    let pressedAt = Number.NEGATIVE_INFINITY
    const open = () => setOpened(true)
    function press(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === '?') open()
      const inSequence = event.timeStamp - pressedAt < sequenceMs
      pressedAt = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY
      if (!inSequence || !isPlace(event.key)) return
      event.preventDefault()
      void navigate({ to: places[event.key].to })
    }
    window.addEventListener('keydown', press)
    window.addEventListener(opening, open)
    return () => {
      window.removeEventListener('keydown', press)
      window.removeEventListener(opening, open)
    }
  }, [navigate])
  return (
    <Modal opened={opened} onClose={() => setOpened(false)} title="Keys">
      <Table>
        <Table.Tbody>
          <Row keys={['/']} what="Search everything" />
          {Object.entries(places).map(([key, { name }]) => (
            <Row key={key} keys={['g', key]} what={name} />
          ))}
          <Row keys={['Esc']} what="Close what is open" />
          <Row keys={['?']} what="This list" />
        </Table.Tbody>
      </Table>
    </Modal>
  )
}

function Row({ keys, what }: { keys: readonly string[]; what: string }) {
  return (
    <Table.Tr>
      <Table.Td w={110}>
        {keys.map((key) => (
          <Kbd key={key} mr={4}>
            {key}
          </Kbd>
        ))}
      </Table.Td>
      <Table.Td h={36}>{what}</Table.Td>
    </Table.Tr>
  )
}

function isPlace(key: string): key is keyof typeof places {
  return Object.hasOwn(places, key)
}

/** Whether a key belongs to what is being written. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}
