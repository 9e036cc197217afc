import { Button, Group, Modal, Stack, Textarea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask, status } from '../api.ts'
import { useMay } from './me.ts'
import { sayTrouble } from './say.tsx'
import { Trouble } from './trouble.tsx'

/** The red stop, always in reach: one click and a reason. Where everything is stopped already, the banner lifts it. */
export function RedStop() {
  const { data } = useQuery(status)
  const { may, whyNot } = useMay('operator')
  const [opened, { open, close }] = useDisclosure(false)
  const stopped = data?.redStop !== null && data?.redStop !== undefined
  return (
    <>
      <Button
        className="red-stop"
        size="compact-md"
        disabled={!may || stopped}
        title={whyNot ?? 'Begins no task any more, anywhere'}
        onClick={open}
      >
        <span aria-hidden="true">■</span>&nbsp;{stopped ? 'Stopped' : 'Stop all'}
      </Button>
      <Modal opened={opened} onClose={close} title="Stop everything" size="lg">
        <StopForm done={close} />
      </Modal>
    </>
  )
}

function StopForm({ done }: { done: () => void }) {
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const stop = useMutation({
    mutationFn: () => ask('POST', '/stop-all', { body: { reason: reason.trim() } }),
    onSuccess: async () => {
      done()
      await client.invalidateQueries()
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (reason.trim() !== '') stop.mutate()
      }}
    >
      <Stack gap="md">
        <div className="two">
          <div>
            <h3>What stops</h3>
            <ul className="plain">
              <li>No trigger starts a run.</li>
              <li>No further task, retry or undo begins, in runs by hand too.</li>
              <li>Runs stay where they are and go on when you lift the stop.</li>
            </ul>
          </div>
          <div>
            <h3>What does not stop</h3>
            <ul className="plain">
              <li>Attempts under way on machines end by themselves.</li>
              <li>Counters are collected, graphs and alerts go on.</li>
              <li>It does not end by itself: a person lifts it.</li>
            </ul>
          </div>
        </div>
        <Textarea
          label="Reason"
          description="Everybody sees it while the stop lasts; it stays in the audit trail."
          data-autofocus
          required
          autosize
          minRows={2}
          maxLength={1_000}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <Trouble error={stop.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={done}>
            Back
          </Button>
          <Button type="submit" className="red-stop" disabled={reason.trim() === ''} loading={stop.isPending}>
            Stop everything now
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Lifts the red stop, after saying what that sets going. */
export function LiftStop() {
  const client = useQueryClient()
  const { may, whyNot } = useMay('operator')
  const [opened, { open, close }] = useDisclosure(false)
  const lift = useMutation({
    mutationFn: () => ask('POST', '/resume', { body: { stopAll: true } }),
    onSuccess: async () => {
      close()
      await client.invalidateQueries()
    },
    onError: sayTrouble,
  })
  return (
    <>
      <Button size="compact-sm" variant="default" disabled={!may} title={whyNot} onClick={open}>
        Lift the stop…
      </Button>
      <Modal opened={opened} onClose={close} title="Lift the stop">
        <Stack>
          <p>Runs that were held go on with their next task, and triggers that are on may start runs at once.</p>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Leave it stopped
            </Button>
            <Button loading={lift.isPending} onClick={() => lift.mutate()}>
              Lift it
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
