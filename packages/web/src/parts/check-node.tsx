import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type * as resources from '../../../server/src/wire/resources.ts'
import type * as watching from '../../../server/src/wire/watching.ts'
import { ask, part } from '../api.ts'
import { useMay } from './me.ts'
import { Looks } from './state.tsx'
import { Trouble } from './trouble.tsx'

/** Connects now, to the node and its JVMs, and says what was found. */
export function CheckNode({ node, word = 'Check now' }: { node: Pick<resources.Node, 'name'>; word?: string }) {
  const { may, whyNot } = useMay('operator')
  const client = useQueryClient()
  const check = useMutation({
    mutationFn: () => ask<watching.NodeCheck>('POST', `/nodes/${part(node.name)}/check`),
    onSettled: () => client.invalidateQueries({ queryKey: ['nodes'] }),
  })
  return (
    <div className="check">
      <Button variant="default" disabled={!may} title={whyNot} loading={check.isPending} onClick={() => check.mutate()}>
        {word}
      </Button>
      <Trouble error={check.error} />
      {check.data && <CheckAnswer answer={check.data} />}
    </div>
  )
}

function CheckAnswer({ answer }: { answer: watching.NodeCheck }) {
  return (
    <div role="status">
      <ul className="findings">
        {answer.findings.map(({ what, ok, text }) => (
          <li key={`${what} ${text}`} className="finding">
            <Looks
              look={ok ? { tone: 'fine', shape: 'check', word: what } : { tone: 'failing', shape: 'cross', word: what }}
            />
            <span>{text}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
