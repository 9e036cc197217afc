import { Link } from '@tanstack/react-router'
import type * as resources from '../../../../server/src/wire/resources.ts'
import { CheckNode } from '../../parts/check-node.tsx'
import { isConnectedTo, NodeConnection } from '../../parts/node-connection.tsx'
import { Ago } from '../../parts/now.tsx'

/** How the node is reached, what went wrong last, and a try now. */
export function Connection({ node }: { node: resources.Node }) {
  const { connection } = node
  return (
    <section className="card card-pad connection">
      <dl className="facts">
        <dt>Connection</dt>
        <dd>
          <NodeConnection node={node} />
          {connection.retryAt && (
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
              <Ago at={connection.failure.at} /> {connection.failure.text}
            </dd>
          </>
        )}
        <dt>Reached at</dt>
        <dd>{reachedAt(node)}</dd>
        {!node.local && (
          <>
            <dt>SSH profile</dt>
            <dd>
              {node.sshProfile ? (
                <Link
                  className="link"
                  to="/control/$kind/$name"
                  params={{ kind: 'ssh-profiles', name: node.sshProfile.name }}
                >
                  {node.sshProfile.name}
                </Link>
              ) : (
                withoutProfile(node)
              )}
            </dd>
            {isConnectedTo(node) && (
              <>
                <dt>Pinned host key</dt>
                <dd>
                  {node.fingerprints?.pinned ? (
                    <code>{node.fingerprints.pinned}</code>
                  ) : (
                    <span className="dim">none yet</span>
                  )}
                </dd>
              </>
            )}
          </>
        )}
        {node.instanceId !== null && (
          <>
            <dt>Instance</dt>
            <dd>
              <Link className="link" to="/provision" search={{ q: node.instanceId }}>
                <code>{node.instanceId}</code>
              </Link>
            </dd>
          </>
        )}
        {node.ec2Profile && (
          <>
            <dt>EC2 profile</dt>
            <dd>
              <Link
                className="link"
                to="/control/$kind/$name"
                params={{ kind: 'ec2-profiles', name: node.ec2Profile.name }}
              >
                {node.ec2Profile.name}
              </Link>
            </dd>
          </>
        )}
        {node.site && (
          <>
            <dt>Site</dt>
            <dd>{node.site}</dd>
          </>
        )}
      </dl>
      <CheckNode node={node} />
    </section>
  )
}

function reachedAt(node: resources.Node): string {
  if (node.local) return 'this machine itself, without SSH'
  if (node.hostname === '') return 'no address yet: its machine is on its way'
  return isConnectedTo(node) ? `${node.hostname}, port ${node.port}` : node.hostname
}

function withoutProfile(node: resources.Node): string {
  return isConnectedTo(node)
    ? 'none: it can’t be reached. Edit the node and choose one.'
    : 'none: no scripts run here, its JVMs are asked directly.'
}
