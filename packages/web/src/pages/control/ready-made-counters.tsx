import { Select } from '@mantine/core'
import { useState } from 'react'
import { useNames } from '../../parts/form/reference-input.tsx'
import { Section } from '../../parts/page-head.tsx'
import { ReadyMade } from '../../parts/ready-made.tsx'

const sources = ['jmx', 'ssh'] as const

/** Counters that come with tscaler, below those that there are: a click adds one, to a cluster where one is chosen. */
export function ReadyMadeCounters() {
  const [cluster, choose] = useState<string | null>(null)
  return (
    <div className="ready-section">
      <Section
        title="Ready-made counters"
        aside={
          <Select
            size="xs"
            w={260}
            aria-label="Collect what is added from"
            placeholder="Collect from a cluster at once"
            clearable
            data={useNames('clusters')}
            value={cluster}
            onChange={choose}
          />
        }
      >
        <div className="card">
          <ReadyMade sources={sources} cluster={cluster} />
        </div>
      </Section>
    </div>
  )
}
