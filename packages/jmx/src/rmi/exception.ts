import { foreignText, type JavaException } from '../error.ts'
import { type Content, JavaObject } from '../serialization/graph.ts'

/** Fields in which exceptions wrap what went wrong. */
const WRAPPED_IN = ['detail', 'exception', 'runtimeException', 'error', 'cause']

// RemoteException, MBeanException and what they wrap: four at most were seen.
const WRAPPERS_MAX = 8

/** An exception and what it wraps, outermost first. */
export function exceptionChain(exception: JavaObject): JavaException[] {
  const chain: JavaException[] = []
  const seen = new Set<Content>()
  for (let next: Content = exception; next instanceof JavaObject && !seen.has(next) && chain.length < WRAPPERS_MAX; ) {
    seen.add(next)
    const message: Content | undefined = next.field('detailMessage')
    chain.push({
      className: foreignText(next.desc.name),
      message: typeof message === 'string' ? foreignText(message) : null,
    })
    const current: JavaObject = next
    next =
      WRAPPED_IN.map((name) => current.field(name)).find((inner) => inner instanceof JavaObject && inner !== current) ??
      null
  }
  return chain
}
