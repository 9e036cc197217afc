import { viewOf } from '../../../jmx/src/bytes/inbox.ts'
import { systemClock } from '../../../jmx/src/clock.ts'
import { JmxError } from '../../../jmx/src/error.ts'
import { logIn } from '../../../jmx/src/jmx/login.ts'
import { methods } from '../../../jmx/src/jmx/methods.ts'
import { encodeCall } from '../../../jmx/src/jrmp/call.ts'
import { shakeHands } from '../../../jmx/src/jrmp/handshake.ts'
import { ReturnDecoder } from '../../../jmx/src/jrmp/return-decoder.ts'
import { type Stream, tcpStream } from '../../../jmx/src/jrmp/stream.ts'
import * as arg from '../../../jmx/src/rmi/arguments.ts'
import { answerQuestions } from '../part.ts'
import { profiled } from '../profile.ts'
import { counterNames, type ReadFigures, type ReadQuestion } from './questions.ts'

// What no client can go below: the same requests in the same number under way, from one piece of memory; of the replies the
// bytes are counted and nothing is read. Sockets are those of our client, with the same rests.
const pipes: Pipe[] = []
const stepMs = 20_000
let ended = false

answerQuestions(async (question: ReadQuestion): Promise<ReadFigures | undefined> => {
  if (question.kind === 'measure') return await profiled(question.profile, () => measure(question.forMs))
  await begin(question)
  return undefined
})

async function begin({ jvms, connectionsEach, depth, mbeans }: Extract<ReadQuestion, { kind: 'begin' }>) {
  for (const { host, port } of jvms) {
    for (let opened = 0; opened < connectionsEach; opened += 1) {
      const limit = { deadlineAt: systemClock.monotonic() + stepMs, signal: new AbortController().signal }
      const { objId, endpoint, socket } = await logIn({ host, port }, { host, clock: systemClock }, limit)
      socket.end(new JmxError('closed', 'logged in.'))
      const { stream, connected } = tcpStream(endpoint.host, endpoint.port)
      await connected
      await shakeHands(stream, systemClock, stepMs)
      const pipe = new Pipe(stream, requestsTo(objId, mbeans), depth)
      await pipe.learn()
      pipes.push(pipe)
    }
  }
}

/** Every counter of every MBean, a request each. */
function requestsTo(objId: Uint8Array, mbeans: number): Buffer[] {
  return Array.from({ length: mbeans }, (_, n) => arg.objectName(`rehearsal:type=Counters,n=${n}`)).flatMap((mbean) =>
    counterNames.map((name) => encodeCall(objId, methods.getAttribute, [mbean, arg.text(name), arg.nothing])),
  )
}

async function measure(forMs: number): Promise<ReadFigures> {
  const [cpu, beganAt] = [process.cpuUsage(), performance.now()]
  ended = false
  setTimeout(() => {
    ended = true
  }, forMs)
  const counts = await Promise.all(pipes.map((pipe) => pipe.run()))
  const used = process.cpuUsage(cpu)
  return {
    values: counts.reduce((sum, count) => sum + count, 0),
    cpuS: (used.user + used.system) / 1e6,
    wallS: (performance.now() - beganAt) / 1e3,
  }
}

/** As of our client: with as many replies to come a socket rests. */
const restAt = 48

/** One connection with so many requests under way. */
class Pipe {
  readonly #stream: Stream
  readonly #depth: number
  readonly #count: number
  /** All requests twice, so that any run of them is in one piece. */
  readonly #requests: Buffer
  readonly #ends: number[] = []
  readonly #replyBytes: number[] = []
  #sent = 0
  #answered = 0
  #unread = 0
  #finish: (() => void) | undefined
  #received: (chunk: Buffer, length: number) => boolean = () => true

  constructor(stream: Stream, requests: readonly Buffer[], depth: number) {
    this.#stream = stream
    this.#depth = depth
    this.#count = requests.length
    this.#requests = Buffer.concat([...requests, ...requests])
    let end = 0
    for (const request of [...requests, ...requests]) {
      end += request.length
      this.#ends.push(end)
    }
    stream.receive({
      received: (chunk, _view, length) => this.#received(chunk, length),
      ended: (error) => {
        throw error ?? new Error('the JVM hung up')
      },
    })
  }

  /** How long the reply to each counter is: its class is the same for ever, and in every MBean. */
  async learn(): Promise<void> {
    for (let index = 0; index < counterNames.length; index += 1) {
      const length = await new Promise<number>((resolve) => {
        let bytes = Buffer.alloc(0)
        this.#received = (chunk, length) => {
          bytes = Buffer.concat([bytes, chunk.subarray(0, length)])
          const whole = new ReturnDecoder('object').read(bytes, viewOf(bytes), 0, bytes.length)
          if (whole > 0) resolve(whole)
          return true
        }
        this.#write(index, 1)
      })
      this.#replyBytes.push(length)
    }
    this.#received = (_chunk, length) => this.#counted(length)
  }

  /** Gives back how many replies came until the end. */
  async run(): Promise<number> {
    const before = this.#answered
    await new Promise<void>((resolve) => {
      this.#finish = resolve
      this.#send(Math.min(this.#depth, this.#count))
    })
    if (this.#unread !== 0) throw new Error('the replies had other lengths than before')
    return this.#answered - before
  }

  #counted(length: number): boolean {
    let unread = this.#unread + length
    let came = 0
    for (;;) {
      const next = this.#replyBytes[this.#answered % this.#replyBytes.length] as number
      if (unread < next || this.#answered === this.#sent) break
      unread -= next
      this.#answered += 1
      came += 1
    }
    this.#unread = unread
    const left = this.#sent - this.#answered
    if (!ended) this.#send(came)
    else if (left === 0) this.#finish?.()
    return left < restAt
  }

  #send(count: number): void {
    if (count === 0) return
    this.#write(this.#sent % this.#count, count)
    this.#sent += count
  }

  #write(first: number, count: number): void {
    const from = first === 0 ? 0 : (this.#ends[first - 1] as number)
    this.#stream.write(this.#requests.subarray(from, this.#ends[first + count - 1] as number))
  }
}
