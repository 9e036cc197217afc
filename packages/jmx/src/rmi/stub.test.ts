import { expect, test } from 'vitest'
import { readCaptures } from '../../fuzz/captures.ts'
import { viewOf } from '../bytes/inbox.ts'
import { ReturnDecoder } from '../jrmp/return-decoder.ts'
import { readStub, type Stub } from './stub.ts'

/** The stub in a recorded reply after some of its text was exchanged for as much other text. */
function stubIn(name: string, from = '', to = ''): Stub {
  const capture = readCaptures().find((each) => each.name === `${name}.reply`)
  const bytes = Buffer.from((capture?.bytes ?? Buffer.alloc(0)).toString('latin1').replace(from, to), 'latin1')
  const decoder = new ReturnDecoder('object')
  decoder.read(bytes, viewOf(bytes), 0, bytes.length)
  const { returned } = decoder
  return readStub(returned.kind === 'result' ? returned.content : returned.exception)
}

test.each(['lookup', 'newClient'])('%s: where the object lives, as its server says', (name) => {
  expect(stubIn(name)).toMatchObject({ host: expect.stringMatching(/^127\./), tls: false })
  expect(stubIn(name).port).toBeGreaterThan(0)
  expect(stubIn(name).objId.length).toBe(22)
})

test.each([
  { name: 'another kind of reference', from: 'UnicastRef', to: 'Activatabl', text: 'its reference is a Activatabl' },
  {
    name: 'something else',
    from: 'java.rmi.server.RemoteObject',
    to: 'java.rmi.server.RemoteObjecX',
    text: 'no reference to a remote object',
  },
])('$name is refused', ({ from, to, text }) => {
  expect(() => stubIn('lookup', from, to)).toThrow(text)
})

test('what is no object at all is refused', () => {
  for (const content of [null, 'text', 5]) expect(() => readStub(content)).toThrow('no reference to a remote object')
})
