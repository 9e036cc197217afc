import fc from 'fast-check'
import { expect, test } from 'vitest'
import { failureKinds } from '../../../model/sample.ts'
import { formatRecord, parseRecord } from './record.ts'

test('a record is read as it was written', () => {
  const latest = fc.record({
    at: fc.nat(),
    value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
    failure: fc.option(fc.constantFrom(...failureKinds)),
    text: fc.option(fc.string({ unit: 'binary' })),
    hits: fc.nat(),
  })
  fc.assert(
    fc.property(fc.record({ latest, writer: fc.string(), sequence: fc.nat() }), (record) => {
      expect(parseRecord(formatRecord(record))).toEqual(record)
    }),
  )
})

test.each([
  '',
  '{}',
  'null',
  '[1,2,null,null,0,"w"]',
  '["1",2,null,null,0,"w",1]',
  '[1,"2",null,null,0,"w",1]',
  '[1,2,"no such kind",null,0,"w",1]',
  '[1,2,null,3,0,"w",1]',
  '[1,2,null,null,0,4,1]',
])('what is none of ours is nothing: %s', (text) => expect(parseRecord(text)).toBeUndefined())
