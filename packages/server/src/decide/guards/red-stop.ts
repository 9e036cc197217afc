import { formatInstant, type GuardRule, heldBack } from './guard.ts'

/** After a red stop nothing begins, not even by force, until a person lifts it. */
export const redStop: GuardRule = {
  guard: 'red-stop',
  holds: 'all',
  refuse(situation) {
    if (!situation.redStop) return undefined
    const { by, at } = situation.redStop
    return heldBack(
      situation,
      'red-stop',
      null,
      `pressed by ${by} at ${formatInstant(at, situation.now)}; resume to lift it`,
    )
  },
}
