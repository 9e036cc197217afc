import { Link } from '@tanstack/react-router'
import type { Jvm } from '../../../../server/src/wire/jvms.ts'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { CheckNode } from '../../parts/check-node.tsx'
import { Ago, serverNow } from '../../parts/now.tsx'
import { newestAt } from '../../reckon/newest.ts'
import { JvmState } from './jvm-state.tsx'

interface JvmFactsProps {
  node: resources.Node
  jvm: Jvm
  series: readonly watching.Series[]
}

/** How the JVM is reached, what went wrong last, and a try now. */
export function JvmFacts({ node, jvm, series }: JvmFactsProps) {
  const { connection, profile } = jvm
  return (
    <section className="card card-pad connection">
      <dl className="facts">
        <dt>Connection</dt>
        <dd>
          <JvmState connection={connection} />
          {connection.retryAt && Date.parse(connection.retryAt) > serverNow() && (
            <span className="dim">
              {' '}
              next try <Ago at={connection.retryAt} />
            </span>
          )}
        </dd>
        {connection.failure && (
          <>
            <dt>Last failure</dt>
            <dd>
              {connection.failure.text}{' '}
              <span className="dim nowrap">
                <Ago at={connection.failure.at} />
              </span>
            </dd>
          </>
        )}
        <dt>Last round</dt>
        <dd>
          <Ago at={newestAt(series)} never="none yet: no counter is collected from it" />
        </dd>
        <dt>Reached at</dt>
        <dd>{reachedAt(node, jvm)}</dd>
        <dt>JVM profile</dt>
        <dd>
          <Link className="link" to="/control/$kind/$name" params={{ kind: 'jvm-profiles', name: profile.name }}>
            {profile.name}
          </Link>
        </dd>
      </dl>
      <CheckNode node={node} />
    </section>
  )
}

/** Where a JVM answers, in words. */
export function reachedAt(node: Pick<resources.Node, 'local' | 'hostname'>, { port, via }: Jvm): string {
  const host = node.local ? 'this machine' : node.hostname
  return `${host}, port ${port}${via === 'ssh' ? ', through the node’s SSH connection' : ''}`
}
