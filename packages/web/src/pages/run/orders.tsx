import { Button, Group, Modal, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type * as runs from '../../../../server/src/wire/runs.ts'
import { ask } from '../../api.ts'
import { useMay } from '../../parts/me.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { stepName } from '../../reckon/run.ts'
import { activeRunStates } from '../../reckon/state.ts'

interface Order {
  path: 'cancel' | 'retry' | 'approve' | 'reject'
  name: string
  /** What it does, said before it is done. */
  says: string
}

const cancel: Order = {
  path: 'cancel',
  name: 'Cancel',
  says: 'No further task begins, and attempts under way are ended. What was done stays done.',
}

/** What a person may do to the run in its state. */
export function RunOrders({ run }: { run: runs.Run }) {
  return (
    <>
      {ordersOf(run).map((order) => (
        <OrderButton key={order.path} run={run} order={order} />
      ))}
    </>
  )
}

function ordersOf(run: runs.Run): Order[] {
  if (run.state === 'awaiting-approval')
    return [
      { path: 'approve', name: 'Approve', says: `The run begins as planned (plan ${run.planHash.slice(0, 8)}).` },
      { path: 'reject', name: 'Reject', says: 'The run ends here; nothing is done.' },
    ]
  if (activeRunStates.includes(run.state)) return [cancel]
  if (run.state !== 'failed') return []
  const failed = run.steps.find(({ state }) => state === 'failed' || state === 'cancelled')
  const from = failed ? `step ${failed.n} (${stepName(failed)})` : 'where it failed'
  return [
    {
      path: 'retry',
      name: failed ? `Retry from step ${failed.n}…` : 'Retry…',
      says: `The run goes on from ${from}; what was done before is not done again.`,
    },
  ]
}

function OrderButton({ run, order: { path, name, says } }: { run: runs.Run; order: Order }) {
  const { may, whyNot } = useMay('operator')
  const client = useQueryClient()
  const [opened, { open, close }] = useDisclosure(false)
  const order = useMutation({
    mutationFn: () => ask<runs.Run>('POST', `/runs/${run.id}/${path}`),
    onSuccess: (answer) => {
      client.setQueryData(['runs', 'one', run.id], answer)
      close()
    },
  })
  const title = `${name.replace('…', '')} run #${run.id}`
  return (
    <>
      <Button
        variant={path === 'approve' || path === 'retry' ? 'filled' : 'default'}
        disabled={!may}
        title={whyNot}
        onClick={open}
      >
        {name.endsWith('…') || path === 'approve' ? name : `${name}…`}
      </Button>
      <Modal opened={opened} onClose={close} title={title}>
        <Stack>
          <p>{says}</p>
          <Trouble error={order.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Back
            </Button>
            <Button loading={order.isPending} onClick={() => order.mutate()}>
              {title}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
