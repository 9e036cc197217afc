import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAnswer } from './read-answer.ts'

const mark = 'k3j9'

/** What the shell writes, up to the end mark; see round-message.ts. */
function answer(frames: readonly { code: string; stdout: string | Buffer; stderr: string | Buffer }[]): Buffer {
  const said = frames.flatMap(({ stderr }) => [Buffer.from(stderr as string), Buffer.from(`${mark}:`)])
  const outputs = frames.flatMap(({ code, stdout }) => {
    const bytes = Buffer.from(stdout as string)
    return [Buffer.from(`${bytes.length} ${code}\n`), bytes]
  })
  return Buffer.concat([Buffer.from(`${mark}:`), ...said, ...outputs, Buffer.from(';')])
}

describe('readAnswer', () => {
  test('gives back what any scripts wrote, frames among it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(`${mark}.`, `4 0\nabcd`, ';', '\n', '0 syntax\n'),
    )
    // A script can't know the mark, so only stdout, which is framed by its length, may hold it.
    const said = text.filter((value) => !value.includes(mark))
    const codes = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(fc.array(fc.record({ exitCode: codes, stdout: text, stderr: said }), { minLength: 1 }), (frames) => {
        const bytes = answer(frames.map(({ exitCode, stdout, stderr }) => ({ code: String(exitCode), stdout, stderr })))
        const expected = frames.map((frame) => ({
          ...frame,
          stdout: asUtf8(frame.stdout),
          stderr: asUtf8(frame.stderr),
        }))
        expect(readAnswer(bytes, mark, frames.length)).toEqual(expected)
      }),
    )
  })

  test('no bytes at all make it throw, and none but a whole answer is taken', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (bytes, scripts) => {
        expect(readAnswer(Buffer.from(bytes), mark, scripts)).toBeUndefined()
      }),
    )
  })

  test('an answer cut anywhere is none', () => {
    const whole = answer([
      { code: '0', stdout: '1.5', stderr: '' },
      { code: '3', stdout: '', stderr: 'no' },
    ])
    for (let end = 0; end < whole.length; end += 1) expect(readAnswer(whole.subarray(0, end), mark, 2)).toBeUndefined()
    expect(readAnswer(whole, mark, 2)).toHaveLength(2)
  })

  test.each([
    {
      name: 'noise before the first mark is dropped',
      bytes: Buffer.concat([Buffer.from('Welcome!\n'), answer([{ code: '0', stdout: '7', stderr: '' }])]),
      expected: { exitCode: 0, stdout: '7', stderr: '' },
    },
    {
      name: 'bytes that are no UTF-8 become U+FFFD',
      bytes: answer([{ code: '0', stdout: Buffer.from([0x61, 0xff]), stderr: '' }]),
      expected: { exitCode: 0, stdout: 'a\ufffd', stderr: '' },
    },
    {
      name: 'a script that sh could not read',
      bytes: answer([{ code: 'syntax', stdout: '', stderr: 'sh: oh' }]),
      expected: { exitCode: 'syntax', stdout: '', stderr: 'sh: oh' },
    },
    {
      name: 'a script that printed too much',
      bytes: answer([{ code: 'too-long', stdout: '', stderr: '' }]),
      expected: { exitCode: 'too-long', stdout: '', stderr: '' },
    },
  ])('$name', ({ bytes, expected }) => expect(readAnswer(bytes, mark, 1)).toEqual([expected]))

  test.each([
    { name: 'the shell dropped it', bytes: Buffer.from('') },
    { name: 'one script too few', bytes: answer([{ code: '0', stdout: '1', stderr: '' }]) },
    { name: 'a length that leads past the end', bytes: Buffer.from(`${mark}:${mark}:${mark}:9 0\n1;`) },
    { name: 'an exit code that is none', bytes: Buffer.from(`${mark}:${mark}:${mark}:1 x\n11 0\n1;`) },
  ])('no answer: $name', ({ bytes }) => expect(readAnswer(bytes, mark, 2)).toBeUndefined())
})

function asUtf8(text: string): string {
  return Buffer.from(text).toString()
}
