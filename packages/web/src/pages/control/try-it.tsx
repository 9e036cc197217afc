import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type KindName, listOf } from '../../api.ts'
import { CheckNode } from '../../parts/check-node.tsx'
import { Section } from '../../parts/page-head.tsx'
import { usersOf } from '../../reckon/used-by.ts'

/** Tries what is saved: a node, or an SSH or JVM profile on one of the nodes that use it. Nothing for what has no such check. */
export function TryIt({ kind, name }: { kind: KindName; name: string }) {
  if (kind === 'nodes') return <TryCard nodes={[name]} />
  return kind === 'ssh-profiles' || kind === 'jvm-profiles' ? <TryProfile kind={kind} name={name} /> : null
}

function TryProfile({ kind, name }: { kind: 'ssh-profiles' | 'jvm-profiles'; name: string }) {
  const nodes = useQuery(listOf('nodes'))
  const users = usersOf(kind, name, { nodes: nodes.data ?? [], actions: [] })
  // Nothing is said while there is no node to try it on: the line above the form says that nothing uses it.
  return users.nodes.length === 0 ? null : <TryCard nodes={users.nodes.map((node) => node.name)} />
}

function TryCard({ nodes: [first = '', ...others] }: { nodes: readonly string[] }) {
  const [chosen, setChosen] = useState(first)
  const names = [first, ...others]
  const node = names.includes(chosen) ? chosen : first
  return (
    <Section title="Try it">
      <div className="card card-pad form-card try-it">
        <p className="dim">
          Connects once, as saved, and says what it finds on {others.length > 0 ? 'the node' : node}. Nothing is changed
          there.
        </p>
        {others.length > 0 && (
          <Select label="Node" data={names} value={node} searchable onChange={(name) => setChosen(name ?? first)} />
        )}
        {/* What was found on one node says nothing of another. */}
        <CheckNode key={node} node={{ name: node }} word="Test" />
      </div>
    </Section>
  )
}
