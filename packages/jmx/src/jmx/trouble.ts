import { foreignText, type JavaException, JmxError, type JmxErrorCode } from '../error.ts'
import { exceptionChain } from '../rmi/exception.ts'
import type { JavaObject } from '../serialization/graph.ts'
import type { WriteAborted } from '../serialization/write-aborted.ts'

/** The exception that a call ended in, as an error of ours. `failed` is the code for what the MBean itself has thrown. */
export function remoteTrouble(exception: JavaObject, failed: JmxErrorCode): JmxError {
  const chain = exceptionChain(exception)
  const [outer] = chain
  const root = chain.at(-1)
  if (!outer || !root) return new JmxError('server-error', 'the JVM threw an exception without a class.')
  const java = { java: root }
  const text = `the JVM answered ${described(root)}.`
  if (isMBeansOwn(outer.className)) return new JmxError(failed, text, java)
  const known = chain.flatMap(({ className }) => TROUBLES[className] ?? [])[0]
  if (known) return new JmxError(known.code, known.text(root), java)
  if (outer.className === 'java.lang.SecurityException') return securityTrouble(root)
  return new JmxError('server-error', text, java)
}

/** The rest of an answer is lost, from the attribute on that was being written when there was one. */
export function brokenOffTrouble({ exception, unreadableClass = '', begun }: WriteAborted): JmxError {
  const writing = begun.filter((object) => object.desc.is('javax.management.Attribute')).at(-1)
  const name = writing?.field('name')
  const place = typeof name === 'string' ? { place: { attribute: name } } : {}
  const java = exception && exceptionChain(exception).at(-1)
  const why = java
    ? `the JVM can't send this value (${described(java)})`
    : `its class ${foreignText(unreadableClass)} writes itself in a form that only Java can read`
  return new JmxError('unserialisable', `${why}. Leave it out.`, { ...place, ...(java && { java }) })
}

const TROUBLES: Readonly<Record<string, { code: JmxErrorCode; text: (root: JavaException) => string }>> = {
  'java.rmi.NoSuchObjectException': {
    code: 'session-gone',
    text: () => 'the JVM has ended this session (it was idle too long, or the JVM was started again).',
  },
  'javax.management.InstanceNotFoundException': {
    code: 'no-such-mbean',
    text: () => 'there is no such MBean. Look with queryNames how it is spelled, or whether it is registered later.',
  },
  'javax.management.AttributeNotFoundException': {
    code: 'no-such-attribute',
    text: ({ message }) =>
      `${message ?? 'no such attribute'}. getMBeanInfo tells which there are and which can be written.`,
  },
  'javax.management.InvalidAttributeValueException': {
    code: 'bad-argument',
    text: (root) =>
      `the value has the wrong type for this attribute (${described(root)}). Give the type that getMBeanInfo names.`,
  },
  'javax.management.ReflectionException': {
    code: 'no-such-operation',
    text: (root) =>
      `there is no such operation (${described(root)}). Give the name and the signature that getMBeanInfo names.`,
  },
  'javax.management.MalformedObjectNameException': {
    code: 'bad-name',
    text: (root) => `the JVM takes this for no object name (${described(root)}).`,
  },
  'java.rmi.NotBoundException': {
    code: 'not-jmx',
    text: () =>
      'the port is an RMI registry, but not of a JMX agent: no "jmxrmi" is bound. Give the port of -Dcom.sun.management.jmxremote.port.',
  },
}

function securityTrouble(root: JavaException): JmxError {
  const message = root.message ?? ''
  const java = { java: root }
  if (/credentials required/i.test(message))
    return new JmxError('password-required', 'the JVM asks for a user and a password. Set `user` and `password`.', java)
  if (/authentication failed|invalid username or password/i.test(message) || root.className.endsWith('LoginException'))
    return new JmxError(
      'wrong-password',
      'the JVM refuses this user and password. Compare them with its jmxremote.password file.',
      java,
    )
  return new JmxError(
    'access-denied',
    `this user may not do that (${described(root)}). Its role in jmxremote.access must be readwrite.`,
    java,
  )
}

function isMBeansOwn(className: string): boolean {
  return /^javax\.management\.(MBeanException|Runtime(MBean|Error|Operations)Exception)$/.test(className)
}

function described({ className, message }: JavaException): string {
  return message === null ? className : `${className}: ${message}`
}
