// A rejected message comes back soon, then more seldom: what fails for a minute is a fault that a person mends.
const delaysMs = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]

/** Work that failed so often, over four minutes, is set aside. The store is the truth: its sweeps find what it was about. */
export const triesMax = delaysMs.length + 1

/** How long until work is given again that failed `tries` times (1 or more); undefined: it is set aside. */
export function delayAfter(tries: number): number | undefined {
  return delaysMs[tries - 1]
}
