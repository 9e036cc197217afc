import type { Guard } from '../../model/verdict.ts'

/** Guards whose answer then hung on what nobody can know of a past that did not happen; a backtest takes them as not holding back. */
export const guardsNotAsked: readonly { guard: Guard; why: string }[] = [
  { guard: 'red-stop', why: 'a red stop is for what went on then, not for what would have.' },
  { guard: 'paused', why: 'pauses were made for what went on then.' },
  { guard: 'launch-back-off', why: 'every would-be launch is taken to succeed.' },
  { guard: 'clock-step', why: 'steps of the clock are not recorded.' },
]

/** Guards that are asked with less than they would have been told. */
export const guardsAskedInPart: readonly { guard: Guard; why: string }[] = [
  { guard: 'run-under-way', why: "only this trigger's own would-be runs are known." },
  { guard: 'cooldown', why: "only this trigger's own would-be runs are known." },
  { guard: 'size', why: "the number of nodes follows this trigger's own would-be runs only." },
  { guard: 'warm-up', why: 'only nodes that its would-be runs add warm up.' },
  { guard: 'sensor', why: "only the cluster's own sensors are looked at, by nodes as they are known now." },
  { guard: 'blast-radius', why: "only this trigger's own would-be runs count." },
  { guard: 'removal-safety', why: "it asks the cluster's growing triggers as they are set now." },
]
