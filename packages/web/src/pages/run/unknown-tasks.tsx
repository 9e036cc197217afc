import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type * as runs from '../../../../server/src/wire/runs.ts'
import { ask } from '../../api.ts'
import { useMay } from '../../parts/me.ts'
import { Clock } from '../../parts/now.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { stepName } from '../../reckon/run.ts'

/** Tasks of which nobody knows how they ended: one question each, in words, with its three answers. */
export function UnknownTasks({ run }: { run: runs.Run }) {
  const unknown = run.steps.flatMap((step) =>
    step.tasks.filter(({ state }) => state === 'unknown').map((task) => ({ step, task })),
  )
  return (
    <>
      {unknown.map(({ step, task }) => (
        <Question key={task.id} run={run} step={step} task={task} />
      ))}
    </>
  )
}

function Question({ run, step, task }: { run: runs.Run; step: runs.Step; task: runs.Task }) {
  const { may, whyNot } = useMay('operator')
  const client = useQueryClient()
  const resolve = useMutation({
    mutationFn: (answer: runs.ResolveBody['answer']) =>
      ask<runs.Run>('POST', `/runs/${run.id}/resolve`, { body: { task: task.id, answer } }),
    onSuccess: (answer) => client.setQueryData(['runs', 'one', run.id], answer),
  })
  const answers = [
    { answer: 'done', name: 'It did' },
    { answer: 'not-done', name: 'It didn’t: run it again' },
    { answer: 'stop', name: 'Stop here' },
  ] as const
  return (
    <section className="question card card-pad">
      <h2>
        Did <em>{stepName(step)}</em> finish{task.node && ` on ${task.node.name}`}?
      </h2>
      <p>
        {task.error ?? 'tscaler lost sight of it while it ran.'} It began <Clock at={task.startedAt} />. Look at the
        machine, then say.
      </p>
      <Trouble error={resolve.error} />
      <Group gap="xs">
        {answers.map(({ answer, name }) => (
          <Button
            key={answer}
            variant="default"
            disabled={!may}
            title={whyNot}
            loading={resolve.isPending && resolve.variables === answer}
            onClick={() => resolve.mutate(answer)}
          >
            {name}
          </Button>
        ))}
      </Group>
    </section>
  )
}
