import { randomInt } from 'node:crypto'
import { freeAddress, isFree } from '../../address.ts'
import { makeSlots, type Slots } from './slots.ts'

/** Addresses 127.x.y.1 to 127.x.y.254 of one cloud, all with the same port. */
export interface Loopback {
  port: number
  reserve(id: string): Promise<string | undefined>
  free(id: string): void
}

/** `port`: default a free one below 32768, where the kernel's outgoing connections begin. */
export async function makeLoopback(port?: number): Promise<Loopback> {
  const chosen = port ?? (await freeAddress()).port
  const prefix = `127.${randomInt(1, 255)}.${randomInt(1, 255)}` // another cloud on this machine has another one
  const slots: Slots = makeSlots(254)
  return {
    port: chosen,
    async reserve(id) {
      const number = await slots.take(id, (one) => isFree({ host: `${prefix}.${one}`, port: chosen }))
      return number === undefined ? undefined : `${prefix}.${number}`
    },
    free: (id) => slots.free(id),
  }
}
