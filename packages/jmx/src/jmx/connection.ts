import type { JmxErrorCode, Place } from '../error.ts'
import { JmxError } from '../error.ts'
import type { Method } from '../jrmp/call.ts'
import * as arg from '../rmi/arguments.ts'
import type { Written } from '../serialization/object-writer.ts'
import { objectArrayClass } from '../serialization/written-classes.ts'
import { toValue } from '../values/convert.ts'
import { type JavaValue, nameOf } from '../values/value.ts'
import { AttributeReader, type Reading } from './attribute-reader.ts'
import { contentOf } from './content-of.ts'
import { javaArgument } from './java-argument.ts'
import { type MBeanInfo, readMBeanInfo } from './mbean-info.ts'
import { methods } from './methods.ts'
import { type NotificationListener, Notifications, type Subscription } from './notifications.ts'
import type { CallOptions } from './options.ts'
import type { LaneName, Session } from './session.ts'

/** A session with one JVM. Every promise rejects with a JmxError. Times and texts of the answers are the JVM's own. */
export class JmxConnection {
  readonly #session: Session
  readonly #notifications: Notifications

  constructor(session: Session) {
    this.#session = session
    this.#notifications = new Notifications(session)
  }

  /** `host:port`, as it was given. */
  get jvm(): string {
    return this.#session.jvm
  }

  /** The value of one attribute. */
  getAttribute(mbean: string, attribute: string, options?: CallOptions): Promise<JavaValue> {
    const args = () => [arg.objectName(mbean), arg.text(attribute), arg.nothing]
    return this.#value(methods.getAttribute, args, { mbean, attribute }, options)
  }

  /**
   * The attributes of one MBean in one call: each name with its value, or with the error that kept it from being read.
   * Rejects only for a reason that is none of their own (the MBean is missing, the JVM is not reached).
   */
  async getAttributes(
    mbean: string,
    attributes: readonly string[],
    options?: CallOptions,
  ): Promise<Map<string, Reading>> {
    const readings = await this.prepare(mbean, attributes).read(options)
    return new Map(attributes.map((attribute, index) => [attribute, readings[index] ?? null]))
  }

  /**
   * A read that is made again and again, at a fraction of the cost: the request is encoded once, and a reply that differs
   * from an earlier one in its numbers alone is read from where these stand. Nothing is sent yet. Throws `bad-name`.
   */
  prepare(mbean: string, attributes: readonly string[]): AttributeReader {
    return new AttributeReader(this.#session, mbean, attributes)
  }

  /**
   * Sets an attribute. `type` is its Java type; without it the MBean is asked. It is sent once: `outcome-unknown` when the
   * connection was lost before the answer.
   */
  async setAttribute(
    mbean: string,
    attribute: string,
    value: JavaValue,
    options: CallOptions & { type?: string } = {},
  ): Promise<void> {
    const place = { mbean, attribute }
    const type = options.type ?? (await this.#attributeType(mbean, attribute, options))
    const args = () => [
      arg.objectName(mbean),
      arg.marshalled(arg.attribute(attribute, javaArgument(value, type))),
      arg.nothing,
    ]
    const convert = (returned: Parameters<typeof contentOf>[0]) => void contentOf(returned)
    await this.#call(place, args, (encoded) =>
      this.#session.call(
        { lane: 'act', method: methods.setAttribute, args: encoded, kind: 'void', place, convert },
        options,
      ),
    )
  }

  /**
   * Calls an operation and gives its result. `signature` are the Java types of its parameters; without it the MBean is asked,
   * and must have exactly one operation of that name and number of parameters. It is sent once, as for `setAttribute`.
   */
  async invoke(
    mbean: string,
    operation: string,
    parameters: readonly JavaValue[] = [],
    options: CallOptions & { signature?: readonly string[] } = {},
  ): Promise<JavaValue> {
    const place = { mbean, operation }
    const signature = options.signature ?? (await this.#signature(mbean, operation, parameters.length, options))
    const args = () => {
      const values = parameters.map((value, index) => javaArgument(value, signature[index] ?? 'java.lang.Object'))
      const marshalled = arg.marshalled(arg.arrayOf(objectArrayClass, values))
      return [arg.objectName(mbean), arg.text(operation), marshalled, arg.textArray(signature), arg.nothing]
    }
    return this.#value(methods.invoke, args, place, options, 'act', 'operation-failed')
  }

  /** The names of all MBeans, or of those that the pattern (`Catalina:type=Manager,*`) matches; sorted. */
  async queryNames(pattern?: string, options?: CallOptions): Promise<string[]> {
    const args = () => [pattern === undefined ? arg.nothing : arg.objectName(pattern), arg.nothing, arg.nothing]
    return texts(await this.#value(methods.queryNames, args, {}, options)).sort()
  }

  /** What an MBean has: attributes, operations, notifications. */
  getMBeanInfo(mbean: string, options?: CallOptions): Promise<MBeanInfo> {
    const place = { mbean }
    const convert = (returned: Parameters<typeof contentOf>[0]) => readMBeanInfo(contentOf(returned))
    return this.#call(
      place,
      () => [arg.objectName(mbean), arg.nothing],
      (args) => this.#session.call({ method: methods.getMBeanInfo, args, place, convert }, options),
    )
  }

  /** The domains that MBeans are in; sorted. */
  async getDomains(options?: CallOptions): Promise<string[]> {
    return texts(await this.#value(methods.getDomains, () => [arg.nothing], {}, options)).sort()
  }

  /** The domain of names without one. */
  async getDefaultDomain(options?: CallOptions): Promise<string> {
    return nameOf(await this.#value(methods.getDefaultDomain, () => [arg.nothing], {}, options))
  }

  /** How many MBeans there are. */
  async getMBeanCount(options?: CallOptions): Promise<number> {
    return Number(nameOf(await this.#value(methods.getMBeanCount, () => [arg.nothing], {}, options)))
  }

  /** Whether there is an MBean of that name. */
  async isRegistered(mbean: string, options?: CallOptions): Promise<boolean> {
    const args = () => [arg.objectName(mbean), arg.nothing]
    const place = { mbean }
    const convert = (returned: Parameters<typeof contentOf>[0]) => contentOf(returned) === true
    return this.#call(place, args, (encoded) =>
      this.#session.call({ method: methods.isRegistered, args: encoded, kind: 'boolean', place, convert }, options),
    )
  }

  /** Who the server takes this client for: `rmi://CLIENT USER NUMBER`. */
  async getConnectionId(options?: CallOptions): Promise<string> {
    return nameOf(await this.#value(methods.getConnectionId, () => [], {}, options))
  }

  /** Tells the listener what the MBean sends from now on, over a connection of its own, and again after a new login. */
  subscribe(mbean: string, listener: NotificationListener): Promise<Subscription> {
    return this.#call(
      { mbean },
      () => [arg.objectName(mbean)],
      () => this.#notifications.subscribe(mbean, listener),
    )
  }

  /** Ends the session. Calls under way fail with `closed`. Never rejects. */
  close(): Promise<void> {
    return this.#session.close()
  }

  #value(
    method: Method,
    args: () => Written[],
    place: Place,
    options?: CallOptions,
    lane: LaneName = 'read',
    failed: JmxErrorCode = 'attribute-failed',
  ): Promise<JavaValue> {
    const convert = (returned: Parameters<typeof contentOf>[0]) => toValue(contentOf(returned, failed))
    return this.#call(place, args, (encoded) =>
      this.#session.call({ lane, method, args: encoded, place, convert }, options),
    )
  }

  /** What is wrong with an argument is said in the same way as what goes wrong with the call. */
  async #call<T>(place: Place, args: () => Written[], send: (args: Written[]) => Promise<T>): Promise<T> {
    let encoded: Written[]
    try {
      encoded = args()
    } catch (thrown) {
      throw thrown instanceof JmxError ? thrown.at({ jvm: this.jvm, ...place }) : thrown
    }
    return send(encoded)
  }

  async #attributeType(mbean: string, attribute: string, options: CallOptions): Promise<string> {
    const { attributes } = await this.getMBeanInfo(mbean, { timeoutMs: options.timeoutMs, signal: options.signal })
    const found = attributes.find(({ name }) => name === attribute)
    if (found) return found.type
    throw new JmxError('no-such-attribute', 'there is no such attribute. getMBeanInfo tells which there are.', {
      place: { jvm: this.jvm, mbean, attribute },
    })
  }

  async #signature(mbean: string, operation: string, count: number, options: CallOptions): Promise<string[]> {
    const { operations } = await this.getMBeanInfo(mbean, { timeoutMs: options.timeoutMs, signal: options.signal })
    const named = operations.filter(({ name }) => name === operation)
    const [first, second] = named.filter(({ parameters }) => parameters.length === count)
    if (first && !second) return first.parameters.map(({ type }) => type)
    const known = named
      .map(({ parameters }) => `${operation}(${parameters.map(({ type }) => type).join(', ')})`)
      .join(', ')
    throw new JmxError(
      'no-such-operation',
      second
        ? `there are several with ${count} parameters: ${known}. Give \`signature\`.`
        : `there is none with ${count} parameters${known === '' ? '' : `, only ${known}`}. getMBeanInfo tells which there are.`,
      { place: { jvm: this.jvm, mbean, operation } },
    )
  }
}

function texts(value: JavaValue): string[] {
  return Array.isArray(value) ? value.map(nameOf) : []
}
