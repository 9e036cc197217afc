import type { Jvm } from '../../../../server/src/wire/jvms.ts'
import { State } from '../../parts/state.tsx'

/** How a JVM's connection stands. One that refuses the login is reached. */
export function JvmState({ connection: { state, failure } }: Pick<Jvm, 'connection'>) {
  const isRefused = state === 'backing-off' && failure?.kind === 'auth'
  return <State of="connection" state={state} {...(isRefused ? { word: 'login refused' } : {})} />
}
