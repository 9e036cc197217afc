import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { everyTable, run, shop, step, task } from './rows.conformance.ts'
import { type FreshDatabase, stage } from './stage.conformance.ts'
import type { Store, TableName } from './store.ts'

/** What the tables of every store must do. */
export function tablesConform(fresh: () => Promise<FreshDatabase>) {
  const on = stage(fresh)

  describe('rows', () => {
    const names = Object.keys(everyTable) as TableName[]

    test('every noun comes back as it was put in, every field, and as a copy', async () => {
      for (const name of names) await roundTrip(on.store, name)
    })

    test.each([
      { name: 'quotes, emoji, line ends', text: `'a' "b" \`c\` \\ ; -- \u{1F600}\r\n\t` },
      { name: 'question marks and placeholders', text: '? ?? :a $1 @b %s' },
      { name: 'empty', text: '' },
      { name: '100,000 characters', text: 'x'.repeat(100_000) },
    ])('a text stays what it is: $name', async ({ text }) => {
      const { id } = await on.store.runs.insert({ ...run, note: text })
      expect((await on.store.runs.get(id)).note).toBe(text)
    })

    test('NUL and half a surrogate pair, which not every database keeps, become U+FFFD', async () => {
      const { id } = await on.store.runs.insert({ ...run, note: 'a\0b\ud800c' })
      expect((await on.store.runs.get(id)).note).toBe('a\uFFFDb\uFFFDc')
    })

    test('any text and any JSON come back', async () => {
      const { id } = await on.store.actions.insert({ ...everyTable.actions[0]! })
      const property = fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.jsonValue(), async (text, value) => {
        const fields = { [`k${text}`]: JSON.parse(JSON.stringify(value)) }
        await on.store.actions.update(id, { fields })
        expect((await on.store.actions.get(id)).fields).toEqual(fields)
      })
      await fc.assert(property, { numRuns: 50 })
    })

    test('an id is not given again, not even after its row is gone and the store opened anew', async () => {
      const first = await on.store.clusters.insert(shop)
      await on.store.clusters.remove(first.id)
      const again = await on.open()
      expect((await again.clusters.insert(shop)).id).toBeGreaterThan(first.id)
    })

    test('an id that somebody chose is not given again either', async () => {
      expect(await on.store.clusters.insert({ ...shop, id: 50 })).toMatchObject({ id: 50 })
      expect(await on.store.clusters.insert({ ...shop, name: 'web', id: 7 })).toMatchObject({ id: 7 })
      expect((await on.store.clusters.insert({ ...shop, name: 'mail' })).id).toBe(51)
    })

    test('a field that a table has not is refused, not dropped', async () => {
      const change = { max: 1, colour: 'red' }
      await expect(on.store.clusters.update(1, change)).rejects.toThrow('clusters has no field colour')
    })
  })

  describe('versions', () => {
    test('a new row has version 1 and the instant of the clock', async () => {
      const row = await on.store.clusters.insert(shop)
      expect(row).toMatchObject({ version: 1, createdAt: on.clock.now(), updatedAt: on.clock.now() })
    })

    test('createdAt may be given', async () => {
      expect(await on.store.clusters.insert({ ...shop, createdAt: 5 })).toMatchObject({
        createdAt: 5,
        updatedAt: on.clock.now(),
      })
    })

    test('a change adds one to the version, moves updatedAt, leaves createdAt and all other fields', async () => {
      const row = await on.store.clusters.insert(shop)
      on.clock.advance(1_000)
      const changed = await on.store.clusters.update(row.id, { max: 9 })
      expect(changed).toEqual({ ...row, max: 9, version: 2, updatedAt: on.clock.now() })
      expect(await on.store.clusters.get(row.id)).toEqual(changed)
    })

    test('a change on top of an older version is refused and changes nothing', async () => {
      const { id } = await on.store.clusters.insert(shop)
      await on.store.clusters.update(id, { max: 9 }, 1)
      await expect(on.store.clusters.update(id, { max: 1 }, 1)).rejects.toMatchObject({
        code: 'stale-version',
        message: `clusters ${id} is at version 2, not 1: somebody changed it meanwhile. Read it again.`,
      })
      expect(await on.store.clusters.get(id)).toMatchObject({ max: 9, version: 2 })
    })

    test('of two changes on top of one version at once one is kept', async () => {
      const { id } = await on.store.clusters.insert(shop)
      const other = await on.open()
      const both = [on.store.clusters.update(id, { max: 5 }, 1), other.clusters.update(id, { max: 6 }, 1)]
      const outcomes = await Promise.allSettled(both)
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    })

    test('a compare-and-set counts the rows it changed and moves their versions', async () => {
      const { id } = await on.store.clusters.insert(shop)
      expect(await on.store.clusters.updateWhere({ id, max: null }, { max: 3 })).toBe(1)
      expect(await on.store.clusters.updateWhere({ id, max: null }, { max: 4 })).toBe(0)
      expect(await on.store.clusters.get(id)).toMatchObject({ max: 3, version: 2 })
    })
  })

  describe('refusals', () => {
    test('a row that is not there: undefined, false, 0, or not-found', async () => {
      expect(await on.store.clusters.find(7)).toBeUndefined()
      expect(await on.store.clusters.findOne({ name: 'shop' })).toBeUndefined()
      expect(await on.store.clusters.remove(7)).toBe(false)
      expect(await on.store.clusters.removeWhere({ name: 'shop' })).toBe(0)
      const notFound = { code: 'not-found', message: 'clusters 7 is not there. It may have been removed meanwhile.' }
      await expect(on.store.clusters.get(7)).rejects.toMatchObject(notFound)
      await expect(on.store.clusters.update(7, { max: 1 })).rejects.toMatchObject(notFound)
    })

    test('a name is taken once, on insert and on change', async () => {
      await on.store.clusters.insert(shop)
      const other = await on.store.clusters.insert({ ...shop, name: 'web' })
      const taken = {
        code: 'name-taken',
        message: 'clusters: the name "shop" is taken by another row. Choose another.',
        findings: [{ path: 'name', message: 'is taken' }],
      }
      await expect(on.store.clusters.insert(shop)).rejects.toMatchObject(taken)
      await expect(on.store.clusters.update(other.id, { name: 'shop' })).rejects.toMatchObject(taken)
    })

    test('a given id is taken once', async () => {
      const { id } = await on.store.runs.insert(run)
      await on.store.activeRuns.insert({ id: 3, runId: id })
      const second = on.store.activeRuns.insert({ id: 3, runId: id })
      await expect(second).rejects.toMatchObject({ code: 'name-taken', message: /the id 3 is taken/ })
    })

    test('a row can not refer to one that is not there', async () => {
      await expect(on.store.steps.insert(step(41))).rejects.toMatchObject({
        code: 'not-found',
        message: 'steps: what is referred to (runId 41) is not there. Name a row that is.',
      })
    })

    test('a row that others refer to can not be removed', async () => {
      const { id } = await on.store.clusters.insert(shop)
      await on.store.triggers.insert({ ...everyTable.triggers[0]!, clusterId: id })
      await expect(on.store.clusters.remove(id)).rejects.toMatchObject({
        code: 'in-use',
        message: `clusters ${id} is still used (by nodes, schedules, triggers). Change or remove what uses it first.`,
      })
    })

    test('with a run go its steps, tasks and their lines', async () => {
      const { id: runId } = await on.store.runs.insert(run)
      const { id: stepId } = await on.store.steps.insert(step(runId))
      const { id: taskId } = await on.store.tasks.insert(task(runId, stepId))
      await on.store.logLines.insert({ taskId, at: 1, stream: 'out', text: 'x' })
      await on.store.runs.remove(runId)
      expect(await Promise.all([on.store.steps.count(), on.store.tasks.count(), on.store.logLines.count()])).toEqual([
        0, 0, 0,
      ])
    })
  })

  describe('looking up', () => {
    const names = async (query: Parameters<Store['clusters']['list']>[0]) =>
      (await on.store.clusters.list(query)).map(({ name }) => name)

    beforeEach(async () => {
      const rows = ['shop', 'web_1', 'webx1', 'Mail'].map((name, index) => ({
        ...shop,
        name,
        min: index,
        max: index % 2 ? 9 : null,
      }))
      await on.store.clusters.insertMany(rows)
    })

    test.each([
      { name: 'no query: all, by id', query: undefined, expected: ['shop', 'web_1', 'webx1', 'Mail'] },
      { name: 'descending', query: { order: 'desc' as const }, expected: ['Mail', 'webx1', 'web_1', 'shop'] },
      { name: 'limit', query: { limit: 2 }, expected: ['shop', 'web_1'] },
      { name: 'after a cursor', query: { cursor: 2 }, expected: ['webx1', 'Mail'] },
      { name: 'before a cursor', query: { cursor: 3, order: 'desc' as const, limit: 1 }, expected: ['web_1'] },
      { name: 'equal to one', query: { where: { name: 'web_1' } }, expected: ['web_1'] },
      {
        name: 'equal to any of several',
        query: { where: { name: ['shop', 'Mail', 'none'] } },
        expected: ['shop', 'Mail'],
      },
      { name: 'any of none', query: { where: { name: [] } }, expected: [] },
      { name: 'null', query: { where: { max: null } }, expected: ['shop', 'webx1'] },
      { name: 'null or one', query: { where: { max: [null, 9], min: [0, 1] } }, expected: ['shop', 'web_1'] },
      { name: 'all of several fields', query: { where: { max: 9, min: 3 } }, expected: ['Mail'] },
      { name: 'text in the name', query: { q: 'eb' }, expected: ['web_1', 'webx1'] },
      { name: 'text in another case', query: { q: 'mAi' }, expected: ['Mail'] },
      { name: 'an underscore is itself', query: { q: 'b_1' }, expected: ['web_1'] },
      { name: 'a percent sign is itself', query: { q: '%' }, expected: [] },
      { name: 'text that is no name', query: { q: "x' or '1" }, expected: [] },
    ])('list: $name', async ({ query, expected }) => {
      expect(await names(query)).toEqual(expected)
    })

    test('count, findOne', async () => {
      expect(await on.store.clusters.count()).toBe(4)
      expect(await on.store.clusters.count({ max: 9 })).toBe(2)
      expect(await on.store.clusters.findOne({ max: 9 })).toMatchObject({ name: 'web_1' })
    })

    test('removeWhere removes what matches and counts it', async () => {
      expect(await on.store.clusters.removeWhere({ max: 9 })).toBe(2)
      expect(await names(undefined)).toEqual(['shop', 'webx1'])
    })

    test('booleans are looked up', async () => {
      await on.store.runs.insert({ ...run, cancelRequested: true })
      await on.store.runs.insert(run)
      expect(await on.store.runs.count({ cancelRequested: true })).toBe(1)
    })

    test('looking up by undefined throws: it would match every row', async () => {
      await expect(on.store.clusters.removeWhere({ name: undefined })).rejects.toThrow(
        'clusters.name is looked up by undefined',
      )
      expect(await on.store.clusters.count()).toBe(4)
    })

    test('looking up inside what is kept whole throws', async () => {
      await expect(on.store.clusters.findOne({ counterIds: [] })).rejects.toThrow('clusters.counterIds is kept whole')
    })
  })

  describe('many rows at once', () => {
    const lines = (count: number, taskId: number) =>
      Array.from({ length: count }, (_, index) => ({
        taskId,
        at: index,
        stream: 'out' as const,
        text: `line ${index}`,
      }))

    async function newTask(): Promise<number> {
      const { id: runId } = await on.store.runs.insert(run)
      const { id: stepId } = await on.store.steps.insert(step(runId))
      return (await on.store.tasks.insert(task(runId, stepId))).id
    }

    test('none is no work', async () => {
      await on.store.logLines.insertMany([])
      expect(await on.store.logLines.count()).toBe(0)
    })

    test('more than one statement takes, in order', async () => {
      await on.store.logLines.insertMany(lines(10_000, await newTask()))
      const last = await on.store.logLines.list({ order: 'desc', limit: 1 })
      expect([await on.store.logLines.count(), last[0]?.text]).toEqual([10_000, 'line 9999'])
    })

    test('one that is refused, whichever statement it is in, keeps all others out', async () => {
      const taskId = await newTask()
      await expect(on.store.logLines.insertMany([...lines(9_999, taskId), ...lines(1, 77)])).rejects.toMatchObject({
        code: 'not-found',
      })
      expect(await on.store.logLines.count()).toBe(0)
    })
  })
}

/** Inserts the table's rows and looks at them in every way. */
async function roundTrip(store: Store, name: TableName): Promise<void> {
  // All tables have these two; which noun goes with which table is held by the type of `everyTable`.
  const table = store[name] as {
    find(id: number): Promise<object | undefined>
    insert(row: object): Promise<{ id: number }>
  }
  const rows: readonly object[] = everyTable[name]
  for (const row of rows) {
    const given = structuredClone(row)
    const back = await table.insert(given)
    expect(back, name).toEqual({ ...pick(back, ['id', 'version', 'createdAt', 'updatedAt']), ...row })
    expect(given, name).toEqual(row)
    const found = await table.find(back.id)
    expect(found, name).toEqual(back)
    for (const value of Object.values(back)) if (Array.isArray(value)) value.push('changed outside')
    expect(await table.find(back.id), name).toEqual(found)
  }
}

function pick(row: object, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field)))
}
