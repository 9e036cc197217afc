import type { Guard, Refusal } from '../../model/verdict.ts'
import type { Asker, Situation } from '../situation.ts'

/** A rule that may hold a run back. A new one is a file and a line in `all.ts`. */
export interface GuardRule {
  guard: Guard
  /** Whose runs it is asked of: of fires alone, also of a person's unless an admin forces it, or of all. */
  holds: 'fires' | 'unless-forced' | 'all'
  /** Why the run may not begin now; undefined: for all this guard knows it may. */
  refuse(situation: Situation): Refusal | undefined
}

/** A refusal whose reason is a sentence for operators: who is held back by what, until when, why, and what becomes of it. */
export function heldBack(situation: Situation, guard: Guard, until: number | null, because: string): Refusal {
  const end = until === null ? '' : ` until ${formatInstant(until, situation.now)}`
  const what = `${whoOf(situation)} held back by ${words[guard]}${end} (${because}).`
  return { guard, until, reason: `${what}${rests[situation.asker]}` }
}

function whoOf({ asker, trigger, cluster }: Situation): string {
  if (!trigger) return `The run on cluster "${cluster.name}"`
  if (asker !== 'keep') return `Trigger "${trigger.name}"`
  return `Keeping cluster "${cluster.name}" at its min of ${cluster.min} by trigger "${trigger.name}"`
}

const rests: Record<Asker, string> = { fire: ' It stays armed.', keep: ' It is tried again.', person: '', forced: '' }

/** Counts with their noun: `1 node`, `2 nodes`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `12:04:10 UTC`, with the date where that is not the day of `now`. */
export function formatInstant(at: number, now: number): string {
  const [date, time] = new Date(at).toISOString().split(/[T.]/) as [string, string]
  return new Date(now).toISOString().startsWith(date) ? `${time} UTC` : `${date} ${time} UTC`
}

const words: Record<Guard, string> = {
  state: 'its state',
  'red-stop': 'the red stop',
  paused: 'a pause',
  'run-under-way': 'a run under way',
  cooldown: 'cooldown',
  size: "the cluster's size",
  'warm-up': 'warm-up',
  'missing-data': 'missing data',
  sensor: 'the sensor guard',
  'blast-radius': 'the blast radius',
  'launch-back-off': 'back-off after failed launches',
  'removal-safety': 'removal safety',
  'clock-step': 'a step of the clock',
}
