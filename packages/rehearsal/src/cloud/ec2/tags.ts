import type { Actions, Region } from '../region.ts'
import { ApiError } from '../wire/api-error.ts'
import { visibleTags } from './describe-xml.ts'
import { refuseDryRun } from './dry-run.ts'
import { matches, readFilters } from './filters.ts'
import { readPage } from './page.ts'

/** Tags of instances. */
export const tagActions: Actions = {
  CreateTags(call, region) {
    const instances = call.form.list('ResourceId').map((id) => region.fleet.get(id))
    const tags = call.form.items('Tag').map((tag): [string, string] => [tag.need('Key'), tag.text('Value') ?? ''])
    for (const instance of instances) checkTags(new Map([...plainTags(instance.tags), ...tags]))
    refuseDryRun(call)
    const visibleAt = region.clock.now() + region.times.tagsLateMs
    for (const { tags: own } of instances) for (const [key, value] of tags) own.set(key, { value, visibleAt })
    return { return: true }
  },

  DeleteTags(call, region) {
    const instances = call.form.list('ResourceId').map((id) => region.fleet.get(id))
    refuseDryRun(call)
    for (const tag of call.form.items('Tag')) {
      const [key, value] = [tag.need('Key'), tag.text('Value')]
      // Without a value the tag goes whatever it holds (EC2 API reference, DeleteTags).
      for (const { tags } of instances) if (value === undefined || tags.get(key)?.value === value) tags.delete(key)
    }
    return { return: true }
  },

  DescribeTags({ form }, region) {
    const filters = readFilters(form)
    const found = allTags(region).filter(({ resourceId, key, value }) => {
      const fields = { 'resource-id': resourceId, 'resource-type': 'instance', key, value }
      return matches(filters, (name) => {
        if (name in fields) return [Reflect.get(fields, name)]
        return name === `tag:${key}` ? [value] : name.startsWith('tag:') ? [] : undefined
      })
    })
    const page = readPage(form, found)
    const item = page.items.map(({ resourceId, key, value }) => ({ resourceId, resourceType: 'instance', key, value }))
    return { tagSet: { item }, nextToken: page.nextToken }
  },
}

/** Refuses what EC2 refuses: more than 50, too long ones, and AWS's own prefix. */
export function checkTags(tags: Iterable<readonly [key: string, value: string]>): void {
  const all = [...tags]
  if (all.length > 50)
    throw new ApiError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.')
  for (const [key, value] of all) {
    if (key.startsWith('aws:')) {
      const message = `Value ( ${key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`
      throw new ApiError('InvalidParameterValue', message)
    }
    if (key.length > 127 || value.length > 255) {
      const message = `Tag key or value exceeds the maximum length (127 and 255 characters): ${key.slice(0, 127)}`
      throw new ApiError('InvalidParameterValue', message)
    }
  }
}

function plainTags(tags: ReadonlyMap<string, { value: string }>): [string, string][] {
  return [...tags].map(([key, { value }]) => [key, value])
}

function allTags(region: Region): { resourceId: string; key: string; value: string }[] {
  const now = region.clock.now()
  return region.fleet
    .visible()
    .flatMap((instance) => visibleTags(instance, now).map(([key, value]) => ({ resourceId: instance.id, key, value })))
}
