import type { Actions, Call, Region } from '../region.ts'
import { ApiError } from '../wire/api-error.ts'
import type { Content } from '../wire/xml.ts'
import { stateXml } from './describe-xml.ts'
import { refuseDryRun } from './dry-run.ts'
import type { Instance, InstanceState } from './instance.ts'

/** Ending, stopping and starting. All ids are checked before anything is done to the first. */
export const changeState: Actions = {
  TerminateInstances: (call, region) =>
    change(call, region, refuseProtected, (instance) =>
      region.fleet.terminate(instance, 'Client.UserInitiatedShutdown', 'User initiated shutdown'),
    ),

  StopInstances: (call, region) =>
    change(call, region, refuseToStop, (instance) => {
      if (instance.state === 'running') region.fleet.stop(instance)
    }),

  StartInstances: (call, region) =>
    change(call, region, refuseToStart, (instance) => {
      if (instance.state === 'stopped') region.fleet.start(instance)
    }),
}

function change(
  call: Call,
  region: Region,
  check: (instance: Instance) => void,
  act: (instance: Instance) => void,
): Content {
  const ids = call.form.list('InstanceId')
  if (ids.length === 0) throw new ApiError('MissingParameter', 'The request must contain the parameter InstanceId')
  const instances = ids.map((id) => region.fleet.get(id))
  for (const instance of instances) check(instance)
  refuseDryRun(call)
  const item = instances.map((instance) => {
    const previousState = stateXml(instance.state)
    act(instance)
    return { instanceId: instance.id, currentState: stateXml(instance.state), previousState }
  })
  return { instancesSet: { item } }
}

function refuseProtected({ id, wish }: Instance): void {
  if (!wish.protected) return
  const message = `The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`
  throw new ApiError('OperationNotPermitted', message)
}

function refuseToStop({ id, wish, state }: Instance): void {
  refuseState(id, state, ['running', 'stopping', 'stopped'], 'stopped')
  if (!wish.spot) return
  const message = `You can't stop the Spot Instance '${id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`
  throw new ApiError('UnsupportedOperation', message)
}

function refuseToStart({ id, state }: Instance): void {
  refuseState(id, state, ['stopped', 'pending', 'running'], 'started')
}

function refuseState(id: string, state: InstanceState, good: readonly InstanceState[], verb: string): void {
  if (good.includes(state)) return
  throw new ApiError('IncorrectInstanceState', `The instance '${id}' is not in a state from which it can be ${verb}.`)
}
