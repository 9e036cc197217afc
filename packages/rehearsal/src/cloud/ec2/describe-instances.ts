import type { Actions, Region } from '../region.ts'
import { ApiError } from '../wire/api-error.ts'
import type { Form } from '../wire/form.ts'
import type { Content } from '../wire/xml.ts'
import { instanceXml, stateXml, visibleTags } from './describe-xml.ts'
import { type Filter, matches, readFilters } from './filters.ts'
import { type Instance, STATE_CODES } from './instance.ts'
import { type Page, readPage } from './page.ts'

/** Reading instances. */
export const describeInstances: Actions = {
  DescribeInstances({ form }, region) {
    const { items, nextToken } = select(form, region, () => true)
    const reservations = Map.groupBy(items, ({ reservationId }) => reservationId)
    const item = [...reservations].map(([reservationId, instances]) => ({
      reservationId,
      ownerId: region.accountId,
      groupSet: '',
      instancesSet: { item: instances.map((one) => instanceXml(one, visibleTags(one, region.clock.now()), region)) },
    }))
    return { reservationSet: { item }, nextToken }
  },

  DescribeInstanceStatus({ form }, region) {
    const all = form.flag('IncludeAllInstances')
    const { items, nextToken } = select(form, region, ({ state }) => all || state === 'running')
    return { instanceStatusSet: { item: items.map(statusXml) }, nextToken }
  },
}

/** What the ids and filters of the call leave, cut to a page. */
function select(form: Form, region: Region, wanted: (instance: Instance) => boolean): Page<Instance> {
  const ids = form.list('InstanceId')
  if (ids.length > 0 && form.text('MaxResults') !== undefined) {
    const message = 'The parameter instancesSet cannot be used with the parameter maxResults'
    throw new ApiError('InvalidParameterCombination', message)
  }
  const named = ids.length > 0 ? ids.map((id) => region.fleet.get(id)) : region.fleet.visible()
  const filters = readFilters(form)
  const found = named.filter((instance) => wanted(instance) && passes(instance, filters, region.clock.now()))
  return readPage(form, found)
}

function passes(instance: Instance, filters: readonly Filter[], now: number): boolean {
  const { wish, state, id, address, reservationId } = instance
  const tags = visibleTags(instance, now)
  const fields: Readonly<Record<string, readonly string[]>> = {
    'instance-id': [id],
    'instance-state-name': [state],
    'instance-state-code': [String(STATE_CODES[state])],
    'client-token': [wish.clientToken],
    'instance-type': [wish.type],
    'image-id': [wish.imageId],
    'key-name': wish.keyName === undefined ? [] : [wish.keyName],
    'subnet-id': [wish.subnet.id],
    'vpc-id': [wish.subnet.vpcId],
    'availability-zone': [wish.subnet.zone],
    'instance.group-id': wish.groups.map((group) => group.id),
    'instance-lifecycle': wish.spot ? ['spot'] : [],
    'private-ip-address': [address],
    'reservation-id': [reservationId],
    'tag-key': tags.map(([key]) => key),
  }
  return matches(filters, (name) => {
    if (!name.startsWith('tag:')) return fields[name]
    return tags.filter(([key]) => key === name.slice('tag:'.length)).map(([, value]) => value)
  })
}

function statusXml(instance: Instance): Content {
  const { id, wish, state } = instance
  const status = reachability(instance)
  const details = { item: { name: 'reachability', status: status === 'ok' ? 'passed' : status } }
  return {
    instanceId: id,
    availabilityZone: wish.subnet.zone,
    instanceState: stateXml(state),
    systemStatus:
      state === 'running'
        ? { status: 'ok', details: { item: { name: 'reachability', status: 'passed' } } }
        : { status: 'not-applicable' },
    instanceStatus: state === 'running' ? { status, details } : { status: 'not-applicable' },
  }
}

/** A machine that will never answer is found `impaired`; one that boots is `initializing`. */
function reachability({ bootedAt, fate }: Instance): 'ok' | 'initializing' | 'impaired' {
  if (bootedAt !== undefined) return 'ok'
  return fate.noSsh ? 'impaired' : 'initializing'
}
