import type { Command } from 'commander'
import type { ResolveBody, Run } from '../../../wire/runs.ts'
import { apiPath } from '../client.ts'
import { exitCodes } from '../exit-code.ts'
import { oneOfOption } from '../options.ts'
import { idOf } from '../reference.ts'
import { runTitle } from '../run-text.ts'
import { sentence } from '../text.ts'
import { addCommand, attend, type Call, type Common, type Work, withCommon } from '../work.ts'

/** `tscaler cancel`, `retry`, `approve` and `reject`. */
export function orderCommands(program: Command, call: Call): void {
  const orders = {
    cancel: 'Stop a run: no further task begins; attempts under way are ended.',
    retry: 'Go on with a failed run, from the step that failed.',
    approve: "Give the go that a run's pause step waits for.",
    reject: "Refuse the go that a run's pause step waits for: the step fails.",
  } as const
  for (const [order, description] of Object.entries(orders)) {
    withCommon(addCommand(program, `${order} <run>`, description)).action((run: string, options: Common) =>
      attend(call, options, async (work) => {
        const path = apiPath('/runs/{}/{}', idOf(run, 'The run'), order)
        tell(work, await work.client.ask<Run>({ method: 'POST', path }))
        return exitCodes.done
      }),
    )
  }
}

interface ResolveOptions extends Common {
  task: string
  answer: ResolveBody['answer']
}

/** `tscaler resolve`: settles a task of which nobody knows how it ended. */
export function resolveCommand(program: Command, call: Call): void {
  const command = addCommand(program, 'resolve <run>', 'Answer a task of which nobody knows whether it was done.')
    .requiredOption('--task <id>', 'the task, as `tscaler runs RUN` shows it')
    .addOption(
      oneOfOption('--answer <answer>', 'done: go on; not-done: run it again; stop: end the run here', [
        'done',
        'not-done',
        'stop',
      ]).makeOptionMandatory(),
    )
  withCommon(command).action((run: string, options: ResolveOptions) =>
    attend(call, options, async (work) => {
      const body: ResolveBody = { task: idOf(options.task, '--task'), answer: options.answer }
      const path = apiPath('/runs/{}/resolve', idOf(run, 'The run'))
      tell(work, await work.client.ask<Run>({ method: 'POST', path, body }))
      return exitCodes.done
    }),
  )
}

function tell({ out }: Work, run: Run): void {
  out.answer(run, () => out.line(`${runTitle(run)}: ${run.state}.${run.note ? ` ${sentence(run.note)}` : ''}`))
}
