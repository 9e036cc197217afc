import { isDeepStrictEqual } from 'node:util'
import { viewOf } from '../src/bytes/inbox.ts'
import { JmxError } from '../src/error.ts'
import { AttributesReply } from '../src/jmx/attributes-reply.ts'
import { readMBeanInfo } from '../src/jmx/mbean-info.ts'
import { Template, Templates } from '../src/jmx/template.ts'
import { brokenOffTrouble, remoteTrouble } from '../src/jmx/trouble.ts'
import { ReturnDecoder, type Returned } from '../src/jrmp/return-decoder.ts'
import { readStub } from '../src/rmi/stub.ts'
import { WriteAborted } from '../src/serialization/write-aborted.ts'
import { toValue } from '../src/values/convert.ts'
import type { Capture } from './captures.ts'
import type { SeededRandom } from './random.ts'

/** What became of a reply. */
type Outcome = { kind: 'value'; length: number; value: unknown } | { kind: 'error'; code: string } | { kind: 'more' }

/** How often each outcome was seen. */
export type Tally = Record<'value' | 'error' | 'more' | 'template', number>

/**
 * Reads the bytes as a reply to the capture's call: by the decoder at once, by the decoder in random pieces, and by the
 * capture's template. Throws when these differ, or when anything but a JmxError comes out.
 */
export function check(bytes: Buffer, capture: Capture, random: SeededRandom, tally: Tally): void {
  const whole = read(bytes, capture, [bytes.length])
  const pieces = read(bytes, capture, cuts(bytes.length, random))
  if (!isDeepStrictEqual(pieces, whole)) throw new Error(`in pieces ${show(pieces)}, at once ${show(whole)}`)
  tally[whole.kind]++
  const template = templateOf(capture)
  if (template && readByTemplate(bytes, template, whole)) tally.template++
}

/** Reads the bytes up to each of the ends in turn. */
function read(bytes: Buffer, capture: Capture, ends: readonly number[]): Outcome {
  const decoder = new ReturnDecoder(capture.kind)
  const view = viewOf(bytes)
  try {
    for (const end of ends) {
      const length = decoder.read(bytes, view, 0, end)
      if (length > 0) return { kind: 'value', length, value: interpret(decoder.returned, capture) }
    }
    return { kind: 'more' }
  } catch (thrown) {
    return { kind: 'error', code: codeOf(thrown) }
  }
}

/** Through everything that a reply may be taken for. */
function interpret(returned: Returned, { name }: Capture): unknown {
  if (returned.kind === 'exception') return remoteTrouble(returned.exception, 'attribute-failed').message
  const value = toValue(returned.content)
  if (name.startsWith('info-')) return readMBeanInfo(returned.content)
  if (name === 'lookup.reply' || name === 'newClient.reply') return readStub(returned.content)
  return value
}

function codeOf(thrown: unknown): string {
  if (thrown instanceof WriteAborted) return brokenOffTrouble(thrown).message
  if (thrown instanceof JmxError && thrown.message.length < 3_000) return thrown.code
  throw thrown
}

/** Where the bytes are cut; ascending, the last one their end. */
function cuts(length: number, random: SeededRandom): number[] {
  const ends = Array.from({ length: 1 + random.below(5) }, () => random.below(length + 1))
  return [...ends.sort((a, b) => a - b), length]
}

const templates = new Map<Capture, Template | undefined>()

function templateOf(capture: Capture): Template | undefined {
  if (!templates.has(capture)) templates.set(capture, makeTemplate(capture))
  return templates.get(capture)
}

function makeTemplate({ bytes, kind, answers }: Capture): Template | undefined {
  if (!answers) return undefined
  const decoder = new ReturnDecoder(kind)
  try {
    const length = decoder.read(bytes, viewOf(bytes), 0, bytes.length)
    return Template.of(Uint8Array.from(bytes.subarray(0, length)), decoder.returned, answers)
  } catch {
    return undefined // a capture that breaks off has no shape
  }
}

/** Whether the template took the bytes; then its values must be those of the decoder. */
function readByTemplate(bytes: Buffer, template: Template, whole: Outcome): boolean {
  const view = viewOf(bytes)
  const match = template.match(bytes, view, 0, bytes.length)
  if (match === 'beginning' && whole.kind !== 'more') throw new Error(`the template waits for more than ${show(whole)}`)
  if (match !== 'whole') return false
  const byDecoder = attributesByDecoder(bytes, template, templateAnswers(template))
  const byTemplate = template.values(view, 0)
  if (!isDeepStrictEqual(byTemplate, byDecoder))
    throw new Error(`template ${show(byTemplate)}, decoder ${show(byDecoder)}`)
  return true
}

function templateAnswers(template: Template): NonNullable<Capture['answers']> {
  const [capture] = [...templates].find(([, each]) => each === template) ?? []
  return capture?.answers ?? 'one'
}

function attributesByDecoder(bytes: Buffer, { length }: Template, answers: NonNullable<Capture['answers']>): unknown {
  const reply = new AttributesReply({ templates: new Templates(), answers })
  const read = reply.read(bytes, viewOf(bytes), 0, bytes.length)
  if (read !== length) throw new Error(`the template takes ${length} bytes, the decoder ${read}`)
  return reply.result()
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}n` : each))?.slice(0, 500) ?? 'nothing'
}
