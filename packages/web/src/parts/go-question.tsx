import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type * as runs from '../../../server/src/wire/runs.ts'
import { ask } from '../api.ts'
import { useMay } from './me.ts'
import { Trouble } from './trouble.tsx'

/** The two answers to a pause step, each with what it leads to; `isBrief` without the latter, where there is little room. */
export function GoQuestion({ run, step, isBrief = false }: { run: runs.Run; step: runs.Step; isBrief?: boolean }) {
  const { may, whyNot } = useMay('operator')
  const client = useQueryClient()
  const answer = useMutation({
    mutationFn: (path: 'approve' | 'reject') => ask<runs.Run>('POST', `/runs/${run.id}/${path}`),
    onSuccess: async (answered) => {
      client.setQueryData(['runs', 'one', run.id], answered)
      await client.invalidateQueries({ queryKey: ['runs', 'list'] })
      await client.invalidateQueries({ queryKey: ['alerts'] })
    },
  })
  const goesOn = step.onFailure === 'continue'
  const answers = [
    { path: 'approve', name: 'Go ahead', variant: 'filled' },
    { path: 'reject', name: goesOn ? 'No: go on all the same' : 'No: stop here', variant: 'default' },
  ] as const
  return (
    <>
      {!isBrief && (
        <p className="dim">
          {goesOn ? 'Whatever the answer, the run goes on; it is kept with the step.' : whatNoMeans(run)}
        </p>
      )}
      <Trouble error={answer.error} />
      <Group gap="xs">
        {answers.map(({ path, name, variant }) => (
          <Button
            key={path}
            variant={variant}
            size={isBrief ? 'compact-sm' : 'compact-md'}
            disabled={!may || answer.isPending}
            title={whyNot}
            loading={answer.isPending && answer.variables === path}
            onClick={() => answer.mutate(path)}
          >
            {name}
          </Button>
        ))}
      </Group>
    </>
  )
}

function whatNoMeans({ steps }: runs.Run): string {
  const isReady = steps.some(({ type, state }) => type === 'nodeReady' && state === 'succeeded')
  const undoes = !isReady && steps.some(({ onFailure, state }) => onFailure === 'undo' && state === 'succeeded')
  return undoes
    ? 'Go ahead: the next step begins. No: the run fails here, and what was deployed for it is taken back.'
    : 'Go ahead: the next step begins. No: the run fails here, and what was done stays done.'
}
