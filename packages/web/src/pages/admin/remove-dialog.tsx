import { Button, Group, Modal, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ask } from '../../api.ts'
import { Trouble } from '../../parts/trouble.tsx'

interface RemoveDialogProps {
  title: string
  /** What it means, said before it is done. */
  says: string
  path: string
  done: () => void
  close: () => void
}

/** Asks before something is removed. */
export function RemoveDialog({ title, says, path, done, close }: RemoveDialogProps) {
  const remove = useMutation({
    mutationFn: () => ask('DELETE', path),
    onSuccess: () => {
      done()
      close()
    },
  })
  return (
    <Modal opened onClose={close} title={title}>
      <Stack>
        <p>{says}</p>
        <Trouble error={remove.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Back
          </Button>
          <Button loading={remove.isPending} onClick={() => remove.mutate()}>
            {title}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
