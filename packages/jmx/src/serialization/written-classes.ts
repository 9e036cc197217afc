import type { WrittenClass } from './object-writer.ts'
import { SC_SERIALIZABLE, SC_WRITE_METHOD } from './tags.ts'

const OBJECT = 'Ljava/lang/Object;'
const TEXT = 'Ljava/lang/String;'
const CUSTOM = SC_SERIALIZABLE | SC_WRITE_METHOD

function plain(
  name: string,
  suid: bigint,
  fields: WrittenClass['fields'] = [],
  superClass?: WrittenClass,
): WrittenClass {
  return { name, suid: BigInt.asIntN(64, suid), flags: SC_SERIALIZABLE, fields, ...(superClass && { superClass }) }
}

function custom(name: string, suid: bigint, fields: WrittenClass['fields'] = []): WrittenClass {
  return { ...plain(name, suid, fields), flags: CUSTOM }
}

// The serialVersionUIDs are those of the JDK's classes; the ones that a class doesn't declare follow from its shape.
export const objectNameClass = custom('javax.management.ObjectName', 0x0f03a71beb6d15cfn)
export const marshalledObjectClass = plain('java.rmi.MarshalledObject', 0x7cbd1e97ed63fc3en, [
  ['I', 'hash'],
  ['[', 'locBytes', '[B'],
  ['[', 'objBytes', '[B'],
])
export const attributeClass = plain('javax.management.Attribute', 0x2279b907538b3b0en, [
  ['L', 'name', TEXT],
  ['L', 'value', OBJECT],
])

export const stringArrayClass = plain('[Ljava.lang.String;', 0xadd256e7e91d7b47n)
export const objectArrayClass = plain('[Ljava.lang.Object;', 0x90ce589f1073296cn)
export const objectNameArrayClass = plain('[Ljavax.management.ObjectName;', 1262009912426809838n)
export const marshalledObjectArrayClass = plain('[Ljava.rmi.MarshalledObject;', -7032315260797228034n)
export const subjectArrayClass = plain('[Ljavax.security.auth.Subject;', 6377066463800191576n)
export const byteArrayClass = plain('[B', 0xacf317f8060854e0n)
export const longArrayClass = plain('[J', 0x782004b512b17593n)
export const intArrayClass = plain('[I', 0x4dba602676eab2a5n)
export const doubleArrayClass = plain('[D', 0x3ea68c14ab635a1en)
export const booleanArrayClass = plain('[Z', 0x578f203914b85de2n)

const numberClass = plain('java.lang.Number', 0x86ac951d0b94e08bn)
export const integerClass = plain('java.lang.Integer', 0x12e2a0a4f7818738n, [['I', 'value']], numberClass)
export const longClass = plain('java.lang.Long', 0x3b8be490cc8f23dfn, [['J', 'value']], numberClass)
export const shortClass = plain('java.lang.Short', 0x684d37133460da52n, [['S', 'value']], numberClass)
export const byteClass = plain('java.lang.Byte', 0x9c4e6084ee50f51cn, [['B', 'value']], numberClass)
export const doubleClass = plain('java.lang.Double', 0x80b3c24a296bfb04n, [['D', 'value']], numberClass)
export const floatClass = plain('java.lang.Float', 0xdaedc9a2db3cf0ecn, [['F', 'value']], numberClass)
export const booleanClass = plain('java.lang.Boolean', 0xcd207280d59cfaeen, [['Z', 'value']])
export const characterClass = plain('java.lang.Character', 0x348b47d96b1a2678n, [['C', 'value']])
export const integerArrayClass = plain('[Ljava.lang.Integer;', -130163491716014108n)
export const dateClass = custom('java.util.Date', 7523967970034938905n)
export const arrayListClass = custom('java.util.ArrayList', 0x7881d21d99c7619dn, [['I', 'size']])

export const uidClass = plain('java.rmi.server.UID', 1086053664494604050n, [
  ['S', 'count'],
  ['J', 'time'],
  ['I', 'unique'],
])
export const objIdClass = plain('java.rmi.server.ObjID', -6386392263968365220n, [
  ['J', 'objNum'],
  ['L', 'space', 'Ljava/rmi/server/UID;'],
])
export const objIdArrayClass = plain('[Ljava.rmi.server.ObjID;', -8713620060265225090n)
export const leaseClass = plain('java.rmi.dgc.Lease', -5713411624328831948n, [
  ['J', 'value'],
  ['L', 'vmid', 'Ljava/rmi/dgc/VMID;'],
])
export const vmidClass = plain('java.rmi.dgc.VMID', -538642295484486218n, [
  ['[', 'addr', '[B'],
  ['L', 'uid', 'Ljava/rmi/server/UID;'],
])
