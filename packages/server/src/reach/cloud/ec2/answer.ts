import { WireTrouble } from './wire.ts'

/** A part that an answer must have. Throws `WireTrouble`: an answer without it says nothing of what was done. */
export function partOf<Part>(part: Part | undefined, name: string): Part {
  if (part !== undefined) return part
  throw new WireTrouble(`was answered without ${name}`, { sent: true, again: true })
}
