/** Numbers from 1 to `max` for instances; the lowest free one comes first, so that addresses are used again. */
export interface Slots {
  /** undefined when all are taken. `fits` may refuse a number. */
  take(id: string, fits?: (number: number) => Promise<boolean>): Promise<number | undefined>
  /** The instance's number; throws when it has none. */
  of(id: string): number
  free(id: string): void
}

/** All free. */
export function makeSlots(max: number): Slots {
  const taken = new Map<string, number>()
  return {
    async take(id, fits = async () => true) {
      for (let number = 1; number <= max; number += 1) {
        if ([...taken.values()].includes(number)) continue
        taken.set(id, number) // before anything is awaited: two launches may look at once
        if (await fits(number)) return number
        taken.delete(id)
      }
      return undefined
    },
    of(id) {
      const number = taken.get(id)
      if (number === undefined) throw new Error(`No address was reserved for ${id}.`)
      return number
    },
    free: (id) => {
      taken.delete(id)
    },
  }
}
