import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('so many at a time, the others in their order', async () => {
  const turns = new Turns(2)
  const got: number[] = []
  const giveBack = await Promise.all([turns.take(), turns.take()])
  const waiting = [3, 4].map((number) =>
    turns.take().then((back) => {
      got.push(number)
      return back
    }),
  )
  await Promise.resolve()
  expect(got).toEqual([])
  giveBack[0]()
  await waiting[0]
  expect(got).toEqual([3])
  giveBack[1]()
  await waiting[1]
  expect(got).toEqual([3, 4])
})
