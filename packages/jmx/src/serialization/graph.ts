import type { Scalar } from './primitives.ts'

/** One field of a class: its type's code (`J`, `L`, …) and its name. */
export interface FieldDesc {
  code: string
  name: string
}

/** A class as the stream describes it. */
export class ClassDesc {
  readonly name: string
  flags = 0
  fields: FieldDesc[] = []
  interfaces: readonly string[] = []
  superDesc: ClassDesc | null = null
  /** The classes whose objects carry data, topmost first. Only a finished desc has it. */
  dataLevels: readonly ClassDesc[] = []
  finished = false

  constructor(name: string) {
    this.name = name
  }

  /** Whether this class or one above it has the name. */
  is(name: string): boolean {
    for (let desc: ClassDesc | null = this; desc; desc = desc.superDesc) if (desc.name === name) return true
    return false
  }
}

/** Block data of an object's own writing. `at` counts from the start of the reply. */
export class Block {
  readonly at: number
  readonly bytes: Buffer

  constructor(at: number, bytes: Buffer) {
    this.at = at
    this.bytes = bytes
  }
}

/** What one class of an object's chain has written. */
export interface Level {
  desc: ClassDesc
  /** In the order of `desc.fields`. */
  values: Content[]
  /** What its writeObject wrote behind the fields: bytes and objects. */
  custom: (Block | Content)[]
}

/** An object: its class and what each class of the chain has written. `dataAt` is where that begins in the reply. */
export class JavaObject {
  readonly desc: ClassDesc
  readonly levels: Level[] = []
  dataAt = 0

  constructor(desc: ClassDesc) {
    this.desc = desc
  }

  /** The field of that name that the class lowest in the chain declares; undefined where none does. */
  field(name: string): Content | undefined {
    for (let index = this.levels.length - 1; index >= 0; index--) {
      const level = this.levels[index] as Level
      const at = level.desc.fields.findIndex((field) => field.name === name)
      if (at >= 0) return level.values[at]
    }
    return undefined
  }

  /** What the class of that name in the chain has written. */
  level(className: string): Level | undefined {
    return this.levels.find((level) => level.desc.name === className)
  }
}

/** An array; of primitives or of objects. `dataAt` is where the elements begin in the reply. */
export class JavaArray {
  readonly desc: ClassDesc
  elements: Content[] = []
  /** The elements of a `byte[]`, whose `elements` stay empty. */
  bytes: Buffer | undefined
  dataAt = 0

  constructor(desc: ClassDesc) {
    this.desc = desc
  }
}

/** An enum's constant. */
export class JavaEnum {
  readonly desc: ClassDesc
  name = ''

  constructor(desc: ClassDesc) {
    this.desc = desc
  }
}

/** A `java.lang.Class` object: the class that it stands for. */
export class JavaClass {
  readonly desc: ClassDesc

  constructor(desc: ClassDesc) {
    this.desc = desc
  }
}

/** Everything that can stand where an object, an element or a field is expected. */
export type Content = Scalar | null | JavaObject | JavaArray | JavaEnum | JavaClass | ClassDesc

/** What a handle can stand for. */
export type Handled = string | JavaObject | JavaArray | JavaEnum | JavaClass | ClassDesc
