import { encodeCall, wellKnownObjId } from '../jrmp/call.ts'
import { text } from './arguments.ts'

// Registry's operations are called by number and the hash of the whole interface (RMI 1.1 stubs).
const LOOKUP = { operation: 2, hash: 0x44154dc9d4e63bdfn }

/** The call that asks a registry for the object of that name. */
export function lookupCall(name: string): Buffer {
  return encodeCall(wellKnownObjId(0), LOOKUP, [text(name)])
}
