import { pause } from '../clock.ts'
import { JmxError, toJmxError } from '../error.ts'
import * as arg from '../rmi/arguments.ts'
import { type Content, JavaArray, JavaObject } from '../serialization/graph.ts'
import * as known from '../serialization/written-classes.ts'
import { toValue } from '../values/convert.ts'
import { type JavaValue, nameOf } from '../values/value.ts'
import { contentOf } from './content-of.ts'
import { javaArgument } from './java-argument.ts'
import { methods } from './methods.ts'
import type { Session } from './session.ts'

/** What an MBean has sent. */
export interface JmxNotification {
  type: string
  message: string | null
  sequenceNumber: number | bigint
  sentAt: number | bigint
  /** The ObjectName of the sender. */
  source: JavaValue
  userData: JavaValue
  /** Which MBean came or went, where the server itself tells of one. */
  mbean?: string
}

/** What a subscriber is told. Neither may throw. */
export interface NotificationListener {
  notification(notification: JmxNotification): void
  /** Notifications may be missing from here on, and why. */
  lost?(why: JmxError): void
}

/** Ends one subscription. Never rejects. */
export interface Subscription {
  close(): Promise<void>
}

// The server waits so long for something to tell; it must be less than the 120 s after which it ends an idle session.
const FETCH_MS = 30_000
const FETCH_COUNT_MAX = 500
// After a failure; doubled each time.
const PAUSE_MS_MIN = 500
const PAUSE_MS_MAX = 30_000

interface Subscriber {
  mbean: string
  listener: NotificationListener
  id: number | undefined
}

/** All subscriptions of one session, which share one loop that asks the server for news. */
export class Notifications {
  readonly #session: Session
  readonly #subscribers = new Set<Subscriber>()
  #next: bigint | undefined
  #login = 0
  #running = false
  #pauseMs = PAUSE_MS_MIN

  constructor(session: Session) {
    this.#session = session
  }

  async subscribe(mbean: string, listener: NotificationListener): Promise<Subscription> {
    if (this.#next === undefined) await this.#start()
    const subscriber: Subscriber = { mbean, listener, id: undefined }
    await this.#add(subscriber)
    this.#subscribers.add(subscriber)
    void this.#run()
    return { close: () => this.#remove(subscriber) }
  }

  /** From here on: what was sent before is nobody's. */
  async #start(): Promise<void> {
    const { next } = await this.#fetch(-1n, 0, 0)
    this.#next = next
    this.#login = this.#session.logins
  }

  async #add(subscriber: Subscriber): Promise<void> {
    const args = [
      arg.arrayOf(known.objectNameArrayClass, [arg.objectName(subscriber.mbean)]),
      arg.arrayOf(known.marshalledObjectArrayClass, [arg.nothing]),
      arg.arrayOf(known.subjectArrayClass, [arg.nothing]),
    ]
    const ids = await this.#session.call({
      method: methods.addNotificationListeners,
      args,
      place: { mbean: subscriber.mbean },
      convert: (returned) => toValue(contentOf(returned)),
    })
    const [id] = Array.isArray(ids) ? ids : []
    if (typeof id !== 'number') throw new JmxError('broken-reply', 'the reply names no listener.')
    subscriber.id = id
  }

  async #remove(subscriber: Subscriber): Promise<void> {
    if (!this.#subscribers.delete(subscriber) || subscriber.id === undefined) return
    const id = javaArgument(subscriber.id, 'int')
    const args = [arg.objectName(subscriber.mbean), arg.arrayOf(known.integerArrayClass, [id]), arg.nothing]
    const asked = { method: methods.removeNotificationListeners, args, kind: 'void', convert: () => undefined } as const
    await this.#session.call(asked).catch(() => undefined)
  }

  /** Asks again and again while anybody listens. */
  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    while (this.#subscribers.size > 0 && !this.#session.isClosed) await this.#turn()
    this.#running = false
    this.#next = undefined
  }

  async #turn(): Promise<void> {
    try {
      if (this.#session.logins !== this.#login) await this.#startAgain()
      const asked = this.#next ?? -1n
      const fetched = await this.#fetch(asked, FETCH_COUNT_MAX, FETCH_MS)
      if (this.#session.logins !== this.#login) return
      if (fetched.earliest > asked && asked >= 0n) this.#tellLost(overrun(fetched.earliest - asked))
      this.#next = fetched.next
      this.#pauseMs = PAUSE_MS_MIN
      for (const { id, notification } of fetched.notifications) this.#tell(id, notification)
    } catch (thrown) {
      await this.#recover(toJmxError(thrown))
    }
  }

  async #startAgain(): Promise<void> {
    await this.#start()
    for (const subscriber of this.#subscribers) await this.#add(subscriber)
    this.#tellLost(
      new JmxError('session-gone', 'the JVM had ended the session; what it sent meanwhile is lost.').at({
        jvm: this.#session.jvm,
      }),
    )
  }

  /** One that can't be sent is skipped with all that came with it; after anything else it is tried again in a while. */
  async #recover(error: JmxError): Promise<void> {
    if (this.#session.isClosed) return
    if (error.code === 'session-gone') this.#login = 0
    if (error.code === 'unserialisable' || error.code === 'reply-too-large' || error.code === 'server-error') {
      this.#tellLost(error)
      await this.#start().catch(() => undefined)
    }
    await pause(this.#session.clock, this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, PAUSE_MS_MAX)
  }

  #tell(id: number, notification: JmxNotification): void {
    for (const subscriber of this.#subscribers) if (subscriber.id === id) subscriber.listener.notification(notification)
  }

  #tellLost(why: JmxError): void {
    for (const { listener } of this.#subscribers) listener.lost?.(why)
  }

  #fetch(from: bigint, countMax: number, waitMs: number): Promise<Fetched> {
    return this.#session.call(
      {
        lane: 'listen',
        // Sequence numbers mean nothing to the next session.
        repeat: from < 0n ? 'always' : 'never',
        method: methods.fetchNotifications,
        args: [],
        primitives: arg.longIntLong(from, countMax, BigInt(waitMs)),
        convert: (returned) => readFetched(contentOf(returned)),
      },
      { timeoutMs: waitMs + this.#session.timeoutMs },
    )
  }
}

interface Fetched {
  earliest: bigint
  next: bigint
  notifications: { id: number; notification: JmxNotification }[]
}

function readFetched(content: Content): Fetched {
  const result = content instanceof JavaObject ? content : undefined
  const [earliest, next, targeted] = ['earliestSequenceNumber', 'nextSequenceNumber', 'targetedNotifications'].map(
    (name) => result?.field(name),
  )
  if (!isLong(earliest) || !isLong(next) || !(targeted instanceof JavaArray))
    throw new JmxError('broken-reply', 'the reply holds no notifications.')
  const notifications = targeted.elements.flatMap((element) => {
    if (!(element instanceof JavaObject)) return []
    const [id, notification] = [toValue(element.field('id') ?? null), element.field('notif')]
    return typeof id === 'number' && notification instanceof JavaObject
      ? [{ id, notification: readNotification(notification) }]
      : []
  })
  return { earliest: BigInt(earliest), next: BigInt(next), notifications }
}

function readNotification(object: JavaObject): JmxNotification {
  const field = (name: string): JavaValue => toValue(object.field(name) ?? null)
  const [sequenceNumber, sentAt, message, mbean] = ['sequenceNumber', 'timeStamp', 'message', 'objectName'].map(field)
  return {
    type: nameOf(field('type')),
    message: typeof message === 'string' ? message : null,
    sequenceNumber: isLong(sequenceNumber) ? sequenceNumber : 0,
    sentAt: isLong(sentAt) ? sentAt : 0,
    source: field('source'),
    userData: field('userData'),
    ...(typeof mbean === 'string' && { mbean }),
  }
}

function isLong(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function overrun(count: bigint): JmxError {
  return new JmxError('too-many-calls', `the JVM sent ${count} notifications more than it keeps; the oldest are lost.`)
}
