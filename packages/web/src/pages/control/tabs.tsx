import { Link } from '@tanstack/react-router'

const kinds = [
  { kind: 'clusters', name: 'Clusters' },
  { kind: 'nodes', name: 'Nodes' },
  { kind: 'counters', name: 'Counters' },
  { kind: 'triggers', name: 'Triggers' },
  { kind: 'ssh-profiles', name: 'SSH profiles' },
  { kind: 'jvm-profiles', name: 'JVM profiles' },
  { kind: 'ec2-profiles', name: 'EC2 profiles' },
]

/** The kinds of things that make up the configuration. */
export function ControlTabs() {
  return (
    <nav className="tabs" aria-label="Kinds">
      <Link to="/control" activeOptions={{ exact: true }}>
        Actions
      </Link>
      {kinds.map(({ kind, name }) => (
        <Link key={kind} to="/control/$kind" params={{ kind }} activeOptions={{ exact: true }}>
          {name}
        </Link>
      ))}
    </nav>
  )
}
