import { Button, Group, Modal, Stack, Textarea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { SeenInstance } from '../../../../server/src/wire/seen-instances.ts'
import { ask, lookAtInstances, part, seenInstances } from '../../api.ts'
import { useMay } from '../../parts/me.ts'
import { Trouble } from '../../parts/trouble.tsx'

/** Ends a machine that no node has: says what can't be taken back, and asks for a reason. */
export function EndMachine({ instance }: { instance: SeenInstance }) {
  const { may, whyNot } = useMay('admin')
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <>
      <Button size="compact-sm" variant="default" disabled={!may} title={whyNot} onClick={open}>
        End this machine…
      </Button>
      <Modal opened={opened} onClose={close} title={`End ${instance.id}`} size="lg">
        <EndForm instance={instance} done={close} />
      </Modal>
    </>
  )
}

function EndForm({ instance: { id, name, region, type, host }, done }: { instance: SeenInstance; done: () => void }) {
  const [reason, setReason] = useState('')
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: async () => {
      await ask('POST', `/instances/${part(id)}/end`, { body: { reason: reason.trim() } })
      return lookAtInstances()
    },
    onSuccess: async (seen) => {
      // A look of a moment ago may still have it.
      client.setQueryData(seenInstances.queryKey, { ...seen, items: seen.items.filter((one) => one.id !== id) })
      done()
      await client.invalidateQueries({ queryKey: ['alerts'] })
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (reason.trim() !== '') end.mutate()
      }}
    >
      <Stack>
        <p>
          <strong>{id}</strong>
          {name !== null && ` (${name})`}
          {type !== null && `, ${type}`} in {region}
          {host !== null && `, at ${host}`} is terminated at once.
        </p>
        <ul className="plain">
          <li>It can’t be taken back: the machine does not start again.</li>
          <li>Its volumes go with it unless AWS was told to keep them, with all that lies on them.</li>
          <li>What runs on it is cut off; nothing is drained first.</li>
          <li>No node and no other machine is touched. If a node has it meanwhile, tscaler refuses.</li>
        </ul>
        <Textarea
          label="Reason"
          description="It stays in the audit trail."
          data-autofocus
          required
          autosize
          minRows={2}
          maxLength={1_000}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <Trouble error={end.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={done}>
            Back
          </Button>
          <Button type="submit" className="red-stop" disabled={reason.trim() === ''} loading={end.isPending}>
            End {id} for good
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
