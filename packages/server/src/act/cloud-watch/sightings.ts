/** Clouds tell of a change within seconds, and of two looks one may be answered by a part of it that lags behind. */
const sureMs = 30_000
/** What was not looked at for so long (a cloud that can't be read, a node that is gone) begins anew. */
const forgottenMs = 600_000

/** What seemed wrong, and since when: it is believed once a look at least 30 s later sees it still, and none in between saw it right. */
export class Sightings {
  readonly #seen = new Map<string, { since: number; last: number }>()

  /** Takes down what a look saw; `now` by the steady clock. Whether it is surely wrong. */
  take(key: string, isWrong: boolean, now: number): boolean {
    if (!isWrong) {
      this.#seen.delete(key)
      return false
    }
    const since = this.#seen.get(key)?.since ?? now
    this.#seen.set(key, { since, last: now })
    return now - since >= sureMs
  }

  /** After a look. */
  forgetOld(now: number): void {
    for (const [key, { last }] of this.#seen) if (now - last > forgottenMs) this.#seen.delete(key)
  }
}
