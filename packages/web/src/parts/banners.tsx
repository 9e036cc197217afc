import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { status } from '../api.ts'
import { live } from '../live.ts'
import { lookOf } from '../reckon/state.ts'
import { Ago, Clock, setServerNow } from './now.tsx'
import { useResume } from './pause.tsx'
import { LiftStop } from './red-stop.tsx'
import { Mark } from './state.tsx'

/** What overrides everything else on a page: no answer, red stop, a pause of everything, trouble of the server's own. */
export function Banners() {
  const { data } = useQuery(status)
  useEffect(() => {
    if (data) setServerNow(data.now)
  }, [data])
  return (
    <>
      <AwayBanner />
      {data?.redStop && (
        <Banner tone="failing">
          <span>
            <strong>Everything is stopped</strong> by {data.redStop.by} since <Clock at={data.redStop.at} />:{' '}
            {data.redStop.reason}. No task, retry or undo begins; samples are still collected.
          </span>
          <LiftStop />
        </Banner>
      )}
      {data?.pausedUntil && Date.parse(data.pausedUntil) > data.now && (
        <Banner tone="idle">
          <span>
            <strong>All triggers are paused</strong> until <Clock at={data.pausedUntil} /> (
            <Ago at={data.pausedUntil} />
            ). Runs by hand still go.
          </span>
          <ResumeAll />
        </Banner>
      )}
      {data?.trouble.map((text) => (
        <Banner key={text} tone="failing">
          <Mark look={lookOf('run', 'failed')} />
          <span>{text}</span>
        </Banner>
      ))}
    </>
  )
}

/** Says in words that the server is away, and from when what is shown is. */
function AwayBanner() {
  const line = useSyncExternalStore(
    (watch) => live.watchLine(watch),
    () => live.line(),
  )
  if (line.state !== 'away') return null
  return (
    <Banner tone="failing">
      <span role="status">
        <strong>
          tscaler does not answer since <Clock at={line.since} />
        </strong>
        ; what you see is from then. The page goes on by itself when it is back.
      </span>
    </Banner>
  )
}

function ResumeAll() {
  const resume = useResume({})
  return (
    <Button size="compact-sm" variant="default" loading={resume.isPending} onClick={() => resume.mutate()}>
      Go on now
    </Button>
  )
}

function Banner({ tone, children }: { tone: 'failing' | 'idle'; children: React.ReactNode }) {
  return (
    <div className="banner" data-tone={tone}>
      <div>{children}</div>
    </div>
  )
}
