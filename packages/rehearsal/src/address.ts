import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Where a server listens: an address in 127.0.0.0/8 and a TCP port. */
export interface Address {
  host: string
  port: number
}

const PORT_MIN = 10_000 // below it sit the usual daemons of a developer's machine
const PORT_MAX = 32_767 // from 32768 on the kernel hands out ports to outgoing connections
const TRIES_MAX = 50 // a box on which 50 random pairs in a row are taken has another trouble

/**
 * `count` addresses 127.0.x.1, 127.0.x.2, … that share one port and are free now. The kernel answers on all of
 * 127.0.0.0/8, so each server can look like a machine of its own. Somebody else may still take one before it is used:
 * whoever binds must be ready to ask again. `count` is at most 254.
 */
export async function freeAddresses(count: number): Promise<Address[]> {
  for (let tried = 0; tried < TRIES_MAX; tried += 1) {
    const [block, port] = [randomInt(1, 255), randomInt(PORT_MIN, PORT_MAX + 1)]
    const addresses = Array.from({ length: count }, (_, index) => ({ host: `127.0.${block}.${index + 1}`, port }))
    const free = await Promise.all(addresses.map(isFree))
    if (free.every(Boolean)) return addresses
  }
  throw new Error(`No free port on 127.0.x.y after ${TRIES_MAX} tries: end what listens on this machine.`)
}

/** One free address on a random 127.0.x.y; see `freeAddresses` for what that promises. */
export async function freeAddress(): Promise<Address> {
  const [first] = await freeAddresses(1)
  if (first === undefined) throw new Error('freeAddresses(1) gave nothing')
  return { ...first, host: first.host.replace(/\.1$/, `.${randomInt(1, 255)}`) }
}

/** True when nothing listens at `address` now (also not on 0.0.0.0 with that port). */
export async function isFree(address: Address): Promise<boolean> {
  const server = createServer()
  server.listen({ ...address, exclusive: true })
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
