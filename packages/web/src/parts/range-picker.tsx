import { Button, Group, Popover, Stack, TextInput } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { presets, type Range, rangeName, spanOf } from '../reckon/range.ts'
import { shortTime } from '../reckon/time.ts'
import { serverNow } from './now.tsx'
import { useRange } from './range.ts'
import { useZone } from './zone.ts'

/** Which time the graphs of the page show; a zoomed page says so and has its one way back here. */
export function RangePicker() {
  const [opened, setOpened] = useState(false)
  const { range, follow, zoom, reset } = useRange()
  const search = useSearch({ strict: false })
  const zone = useZone()
  const shownName = range.kind === 'live' ? rangeName(search) : 'zoomed'
  return (
    <Group gap={4} wrap="nowrap">
      {range.kind === 'fixed' && (
        <Button size="compact-md" variant="default" onClick={reset} title="Back to live">
          Live
        </Button>
      )}
      <Popover
        opened={opened}
        onChange={setOpened}
        position="bottom-end"
        width={340}
        transitionProps={{ duration: 0 }}
        trapFocus
      >
        <Popover.Target>
          <Button
            variant="default"
            size="compact-md"
            aria-label={`${shownName} ▾ Time range`}
            onClick={() => setOpened((was) => !was)}
            className="range-button"
          >
            {range.kind === 'live' ? rangeName(search) : <FixedName range={range} zone={zone} />}
            {'\u00a0▾'}
          </Button>
        </Popover.Target>
        <Popover.Dropdown maw="calc(100vw - 24px)">
          <Stack gap="sm">
            <Group gap={4}>
              {presets.map(({ range: length, name }) => (
                <Button
                  key={length}
                  size="compact-sm"
                  variant={range.kind === 'live' && (search.range ?? '1h') === length ? 'filled' : 'default'}
                  onClick={() => {
                    follow(length)
                    setOpened(false)
                  }}
                >
                  {name}
                </Button>
              ))}
            </Group>
            <FixedForm
              range={range}
              chosen={(from, to) => {
                zoom(from, to)
                setOpened(false)
              }}
            />
            <p className="dim small">Drag in a graph to zoom; a double click or Live goes back.</p>
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </Group>
  )
}

function FixedName({ range, zone }: { range: Extract<Range, { kind: 'fixed' }>; zone: string | undefined }) {
  const now = serverNow()
  return (
    <span>
      <span className="wide-only">
        {shortTime(range.from, now, zone)} – {shortTime(range.to, now, zone)}
      </span>
      <span className="phone-only">zoomed</span>
    </span>
  )
}

/** Both instants by hand, in this machine's zone: the browser's own field knows no other. */
function FixedForm({ range, chosen }: { range: Range; chosen: (from: number, to: number) => void }) {
  const span = spanOf(range, serverNow())
  const [from, setFrom] = useState(localText(span.from))
  const [to, setTo] = useState(localText(span.to))
  const [begin, end] = [Date.parse(from), Date.parse(to)]
  const wrong = !(end > begin)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!wrong) chosen(begin, end)
      }}
    >
      <Stack gap="xs">
        <TextInput
          type="datetime-local"
          step={1}
          label="From"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          step={1}
          label="To"
          value={to}
          error={wrong ? 'ends before it begins' : undefined}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={wrong}>
          Show this time
        </Button>
      </Stack>
    </form>
  )
}

/** As `datetime-local` wants it: `2030-01-31T12:00:05`, in this machine's zone. */
function localText(at: number): string {
  const zoneMs = new Date(at).getTimezoneOffset() * 60_000
  return new Date(at - zoneMs).toISOString().slice(0, 19)
}
