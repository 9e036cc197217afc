import type { RoundScript } from '../machine.ts'

/** A script that was quick so many times in a row goes back to the others (design, "Observe"). */
const quickTimes = 3

/** The scripts that run apart from the others, because they were late, too big, or ended the shell. */
export class SlowScripts {
  readonly #known = new Map<number, { script: string; quick: number }>()

  get none(): boolean {
    return this.#known.size === 0
  }

  /** False too where the script's text was changed since: it gets another chance. */
  has({ key, script }: RoundScript): boolean {
    const known = this.#known.get(key)
    if (known === undefined || known.script === script) return known !== undefined
    this.#known.delete(key)
    return false
  }

  add({ key, script }: RoundScript): void {
    this.#known.set(key, { script, quick: 0 })
  }

  /** How it did this time, in a shell of its own. */
  tell({ key }: RoundScript, quick: boolean): void {
    const known = this.#known.get(key)
    if (known === undefined) return
    known.quick = quick ? known.quick + 1 : 0
    if (known.quick >= quickTimes) this.#known.delete(key)
  }
}
