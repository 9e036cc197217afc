import { randomUUID } from 'node:crypto'
import type { Actions, Call, Region } from '../region.ts'
import { ApiError } from '../wire/api-error.ts'
import type { Content } from '../wire/xml.ts'
import { instanceXml } from './describe-xml.ts'
import { refuseDryRun } from './dry-run.ts'
import { type Instance, type InstanceWish, isAlive } from './instance.ts'
import { readWish } from './instance-wish.ts'

/** Launching; the same client token launches once, however often it is sent. */
export const runInstances: Actions = {
  async RunInstances(call, region) {
    const token = call.form.text('ClientToken') ?? randomUUID()
    const asked = askedOf(call)
    const before = region.tokens.get(token)
    if (before !== undefined && before.asked !== asked) {
      const message =
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).'
      throw new ApiError('IdempotentParameterMismatch', message)
    }
    if (before !== undefined) return reservationXml(await before.instances, region)
    const wish = readWish(call.form, region, token)
    const counts = readCounts(call, region)
    refuseDryRun(call)
    if (call.noCapacity) throw capacityError(wish)
    const fates = Array.from({ length: counts.max }, () => call.fate())
    const instances = region.fleet.launch(wish, counts.min, fates)
    // Kept before anything is awaited: a second call with the token waits for the first one's instances.
    region.tokens.set(token, { asked, instances })
    instances.catch(() => region.tokens.delete(token))
    return reservationXml(await instances, region)
  },
}

/** All parameters that must be equal under one client token. */
function askedOf({ form }: Call): string {
  const loose = new Set(['Action', 'Version', 'ClientToken', 'DryRun'])
  return JSON.stringify(form.pairs().filter(([name]) => !loose.has(name)))
}

function readCounts({ form }: Call, region: Region): { min: number; max: number } {
  const [min, max] = [form.count('MinCount'), form.count('MaxCount')]
  if (min === undefined || max === undefined) {
    throw new ApiError('MissingParameter', 'The request must contain the parameters MinCount and MaxCount')
  }
  if (min < 1 || max < min) {
    throw new ApiError('InvalidParameterValue', `Invalid value for MinCount (${min}) or MaxCount (${max})`)
  }
  const room = region.instancesMax - region.fleet.all().filter(isAlive).length
  if (room >= min) return { min, max: Math.min(max, room) }
  const message = `You have requested more instances (${min}) than your current instance limit of ${region.instancesMax} allows.`
  throw new ApiError('InstanceLimitExceeded', message)
}

function capacityError({ type, subnet }: InstanceWish): ApiError {
  const message = `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${subnet.zone}).`
  return new ApiError('InsufficientInstanceCapacity', message)
}

function reservationXml(instances: readonly Instance[], region: Region): Content {
  const item = instances.map((instance) =>
    instanceXml(
      instance,
      [...instance.tags].map(([key, { value }]) => [key, value] as const),
      region,
    ),
  )
  return {
    reservationId: instances[0]?.reservationId,
    ownerId: region.accountId,
    groupSet: '',
    instancesSet: { item },
  }
}
