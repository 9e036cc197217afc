import { JmxError } from '../error.ts'
import { type Content, JavaArray, JavaObject } from '../serialization/graph.ts'
import { toValue } from '../values/convert.ts'
import { CustomReader } from '../values/custom-reader.ts'
import { emptyRecord, type JavaRecord, nameOf } from '../values/value.ts'

/** What an MBean says of itself. */
export interface MBeanInfo {
  className: string
  description: string
  attributes: AttributeInfo[]
  operations: OperationInfo[]
  notifications: NotificationInfo[]
  /** The texts, numbers and flags of its descriptor. */
  descriptor: JavaRecord
}

/** An attribute; `type` as in Java's own notation (`long`, `[J`, `javax.management.openmbean.CompositeData`). */
export interface AttributeInfo {
  name: string
  type: string
  description: string
  isReadable: boolean
  isWritable: boolean
  descriptor: JavaRecord
}

/** An operation; what `invoke` needs as its signature is the types of `parameters`. */
export interface OperationInfo {
  name: string
  returnType: string
  description: string
  /** Whether it only tells something, changes something, or does both. */
  impact: 'info' | 'action' | 'action-info' | 'unknown'
  parameters: { name: string; type: string; description: string }[]
}

/** The types of notification that it sends, and their class. */
export interface NotificationInfo {
  name: string
  types: string[]
  description: string
}

/** Reads a javax.management.MBeanInfo, whatever subclass of it came. */
export function readMBeanInfo(content: Content): MBeanInfo {
  if (!(content instanceof JavaObject) || !content.desc.is(`${MANAGEMENT}MBeanInfo`))
    throw new JmxError('broken-reply', 'the reply holds no description of an MBean.')
  const info = fieldsOf(content, 'MBeanInfo')
  return {
    className: text(info('className')),
    description: text(info('description')),
    attributes: objects(info('attributes')).map(attributeInfo),
    operations: objects(info('operations')).map(operationInfo),
    notifications: objects(info('notifications')).map(notificationInfo),
    descriptor: descriptor(content, 'MBeanInfo'),
  }
}

const MANAGEMENT = 'javax.management.'
const IMPACTS = ['info', 'action', 'action-info', 'unknown'] as const

function attributeInfo(object: JavaObject): AttributeInfo {
  const attribute = fieldsOf(object, 'MBeanAttributeInfo')
  return {
    ...feature(object),
    type: text(attribute('attributeType')),
    isReadable: attribute('isRead') === true,
    isWritable: attribute('isWrite') === true,
    descriptor: descriptor(object, 'MBeanFeatureInfo'),
  }
}

function operationInfo(object: JavaObject): OperationInfo {
  const operation = fieldsOf(object, 'MBeanOperationInfo')
  return {
    ...feature(object),
    returnType: text(operation('type')),
    impact: IMPACTS[Number(operation('impact'))] ?? 'unknown',
    parameters: objects(operation('signature')).map((parameter) => ({
      ...feature(parameter),
      type: text(fieldsOf(parameter, 'MBeanParameterInfo')('type')),
    })),
  }
}

function notificationInfo(object: JavaObject): NotificationInfo {
  const types = toValue(fieldsOf(object, 'MBeanNotificationInfo')('types'))
  return { ...feature(object), types: Array.isArray(types) ? types.map(nameOf) : [] }
}

function feature(object: JavaObject): { name: string; description: string } {
  const fields = fieldsOf(object, 'MBeanFeatureInfo')
  return { name: text(fields('name')), description: text(fields('description')) }
}

/** The fields that the class of that name declares: subclasses may have others of the same name. */
function fieldsOf(object: JavaObject, className: string): (name: string) => Content {
  const level = object.level(MANAGEMENT + className)
  return (name) => {
    const index = level?.desc.fields.findIndex((field) => field.name === name) ?? -1
    return level?.values[index] ?? null
  }
}

/** A descriptor is written as two arrays behind a 1, or as an object of its own behind a 0. */
function descriptor(object: JavaObject, className: string): JavaRecord {
  const custom = new CustomReader(object.level(MANAGEMENT + className))
  const record = emptyRecord()
  if (custom.atEnd) return record
  const isArrays = custom.u8() === 1
  const holder = isArrays ? undefined : custom.content()
  const [names, values] =
    holder === undefined
      ? [custom.content(), custom.content()]
      : holder instanceof JavaObject
        ? [holder.field('names'), holder.field('values')]
        : []
  if (!(names instanceof JavaArray) || !(values instanceof JavaArray)) return record
  names.elements.forEach((name, index) => {
    const content = values.elements[index] ?? null
    const value =
      content instanceof JavaObject && !content.desc.is('java.lang.Number') && !content.desc.is('java.lang.Boolean')
        ? undefined
        : toValue(content)
    if (typeof name === 'string' && value !== undefined && (value === null || typeof value !== 'object'))
      record[name] = value
  })
  return record
}

function objects(content: Content): JavaObject[] {
  return content instanceof JavaArray ? content.elements.filter((element) => element instanceof JavaObject) : []
}

function text(content: Content): string {
  return typeof content === 'string' ? content : ''
}
