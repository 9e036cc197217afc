import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { ask, part } from '../../api.ts'
import { useMay } from '../../parts/me.ts'
import { Ago } from '../../parts/now.tsx'
import { Looks, State } from '../../parts/state.tsx'
import { Trouble } from '../../parts/trouble.tsx'

/** How the node is reached, what went wrong last, and a try now. */
export function Connection({ node }: { node: resources.Node }) {
  const { may, whyNot } = useMay('operator')
  const client = useQueryClient()
  const check = useMutation({
    mutationFn: () => ask<watching.NodeCheck>('POST', `/nodes/${part(node.name)}/check`),
    onSettled: () => client.invalidateQueries({ queryKey: ['nodes'] }),
  })
  const { connection } = node
  return (
    <section className="card card-pad connection">
      <dl className="facts">
        <dt>Connection</dt>
        <dd>
          <State of="connection" state={connection.state} />
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
        <dd>{node.local ? 'this machine itself, without SSH' : `${node.hostname}, port ${node.port}`}</dd>
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
                'none: it can’t be reached. Edit the node and choose one.'
              )}
            </dd>
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
        {node.site && (
          <>
            <dt>Site</dt>
            <dd>{node.site}</dd>
          </>
        )}
      </dl>
      <div className="check">
        <Button
          variant="default"
          disabled={!may}
          title={whyNot}
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          Check now
        </Button>
        <Trouble error={check.error} />
        {check.data && <CheckAnswer answer={check.data} />}
      </div>
    </section>
  )
}

function CheckAnswer({ answer }: { answer: watching.NodeCheck }) {
  return (
    <ul className="findings" role="status">
      {answer.findings.map(({ what, ok, text }) => (
        <li key={`${what} ${text}`} className="finding">
          <Looks
            look={ok ? { tone: 'fine', shape: 'check', word: what } : { tone: 'failing', shape: 'cross', word: what }}
          />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  )
}
