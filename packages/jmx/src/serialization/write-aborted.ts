import type { JavaObject } from './graph.ts'

/**
 * Thrown in the middle of a reply whose rest can't be read: the server broke off (TC_EXCEPTION: `exception` is what stopped
 * it), or an object writes itself in a form that only its own class knows (`unreadableClass`). `begun` are the objects that
 * were begun before, in order.
 */
export class WriteAborted extends Error {
  readonly exception: JavaObject | undefined
  readonly unreadableClass: string | undefined
  readonly begun: readonly JavaObject[]

  constructor(begun: readonly JavaObject[], why: { exception?: JavaObject; unreadableClass?: string }) {
    super('the rest of the reply is lost')
    this.exception = why.exception
    this.unreadableClass = why.unreadableClass
    this.begun = begun
  }
}
