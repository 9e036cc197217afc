import { encodeModifiedUtf8 } from '../bytes/modified-utf8.ts'
import { ByteWriter } from '../bytes/writer.ts'
import * as tag from './tags.ts'
import { BASE_HANDLE, STREAM_MAGIC, STREAM_VERSION } from './tags.ts'

/** A class that can be written: as the JVM's own class describes itself. */
export interface WrittenClass {
  name: string
  suid: bigint
  flags: number
  /** Code, name and, for objects and arrays, the type. In the order of the wire: primitives first, then by name. */
  fields?: readonly (readonly [code: string, name: string, type?: string])[]
  superClass?: WrittenClass
}

/** Writes one object, array, string or null. */
export type Written = (out: ObjectWriter) => void

const UTF_BYTES_MAX = 65_535

/** Writes one serialization stream. Handles are counted, so that a class is described once. */
export class ObjectWriter {
  readonly bytes: ByteWriter
  readonly #annotateClasses: boolean
  readonly #classHandles = new Map<string, number>()
  #handles = 0

  /** In calls each class carries one (null) annotation object; inside a MarshalledObject none (facts of RMI's streams). */
  constructor(bytes: ByteWriter, options: { annotateClasses: boolean }) {
    this.bytes = bytes.u16(STREAM_MAGIC).u16(STREAM_VERSION)
    this.#annotateClasses = options.annotateClasses
  }

  null(): void {
    this.bytes.u8(tag.TC_NULL)
  }

  string(text: string): void {
    const utf8 = encodeModifiedUtf8(text)
    this.#handles++
    if (utf8.length <= UTF_BYTES_MAX) this.bytes.u8(tag.TC_STRING).u16(utf8.length).raw(utf8)
    else this.bytes.u8(tag.TC_LONGSTRING).i64(BigInt(utf8.length)).raw(utf8)
  }

  /** An object: `contents` writes its fields, topmost class first, and what a writeObject would write. */
  object(javaClass: WrittenClass, contents: () => void): void {
    this.bytes.u8(tag.TC_OBJECT)
    this.#classDesc(javaClass)
    this.#handles++
    contents()
  }

  array(javaClass: WrittenClass, length: number, elements: () => void): void {
    this.bytes.u8(tag.TC_ARRAY)
    this.#classDesc(javaClass)
    this.#handles++
    this.bytes.i32(length)
    elements()
  }

  block(contents: Uint8Array): void {
    if (contents.length <= 0xff) this.bytes.u8(tag.TC_BLOCKDATA).u8(contents.length).raw(contents)
    else this.bytes.u8(tag.TC_BLOCKDATALONG).i32(contents.length).raw(contents)
  }

  endOfContents(): void {
    this.bytes.u8(tag.TC_ENDBLOCKDATA)
  }

  #classDesc(javaClass: WrittenClass | undefined): void {
    if (!javaClass) {
      this.null()
      return
    }
    const handle = this.#classHandles.get(javaClass.name)
    if (handle !== undefined) {
      this.bytes.u8(tag.TC_REFERENCE).i32(BASE_HANDLE + handle)
      return
    }
    this.bytes.u8(tag.TC_CLASSDESC).utf(javaClass.name).i64(javaClass.suid)
    this.#classHandles.set(javaClass.name, this.#handles++)
    this.#fields(javaClass)
    if (this.#annotateClasses) this.null()
    this.endOfContents()
    this.#classDesc(javaClass.superClass)
  }

  #fields({ flags, fields = [] }: WrittenClass): void {
    this.bytes.u8(flags).u16(fields.length)
    for (const [code, name, type] of fields) {
      this.bytes.u8(code.charCodeAt(0)).utf(name)
      if (type !== undefined) this.string(type)
    }
  }
}

/** A complete stream of one object, as a MarshalledObject holds it. */
export function streamOf(written: Written): Buffer {
  const bytes = new ByteWriter()
  written(new ObjectWriter(bytes, { annotateClasses: false }))
  return bytes.bytes()
}
