import { Button, Checkbox } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type { TrustAnswer } from '../../../../server/src/wire/watching.ts'
import { ask, part } from '../../api.ts'
import { useMay } from '../../parts/me.ts'
import { Trouble } from '../../parts/trouble.tsx'

/** The node shows another host key than the pinned one: both fingerprints, and a question that needs a thought. */
export function HostKey({ node }: { node: resources.Node }) {
  const { may, whyNot } = useMay('admin')
  const [isSure, setSure] = useState(false)
  const client = useQueryClient()
  const { pinned, offered } = node.fingerprints ?? { pinned: null, offered: null }
  const trust = useMutation({
    mutationFn: () =>
      ask<TrustAnswer>('POST', `/nodes/${part(node.name)}/trust`, {
        body: offered === null ? {} : { fingerprint: offered },
      }),
    onSuccess: () => client.invalidateQueries(),
  })
  return (
    <section className="host-key card" data-tone={pinned === null ? 'held' : 'failing'}>
      <strong>
        {pinned === null
          ? `${node.name} shows a host key that is not known yet`
          : `${node.name} shows another host key than the pinned one`}
      </strong>
      <p>
        {pinned === null
          ? 'Compare it with the machine’s own (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then accept it.'
          : 'All work on it is stopped. If the machine was rebuilt, the key is new; if not, somebody may sit in between.'}
      </p>
      <dl className="facts">
        {pinned !== null && (
          <>
            <dt>Pinned</dt>
            <dd>
              <code>{pinned}</code>
            </dd>
          </>
        )}
        <dt>Shown now</dt>
        <dd>
          <code>{offered}</code>
        </dd>
      </dl>
      <Checkbox
        label="I have compared the fingerprint with the machine’s own."
        checked={isSure}
        onChange={({ currentTarget }) => setSure(currentTarget.checked)}
      />
      <Trouble error={trust.error} />
      <div>
        <Button disabled={!may || !isSure} title={whyNot} loading={trust.isPending} onClick={() => trust.mutate()}>
          Accept the key shown now
        </Button>
      </div>
    </section>
  )
}
