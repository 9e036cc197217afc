import { stripVTControlCharacters } from 'node:util'
import type { User } from '../../wire/resources.ts'

/**
 * The text without what a terminal would obey: escape sequences, and control characters but the tab. Names, logs and
 * messages come from machines that may be hostile.
 */
export function plainLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\n', ' ')
    .replace(/[^\P{Cc}\t]/gu, '')
}

/** `1 node`, `2 nodes`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`
}

/** The text, or its beginning: at most `most` characters. */
export function short(text: string, most = 60): string {
  const line = plainLine(text)
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

/** A sentence: ends with a full stop where it ends with nothing of the kind. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

/** `operator`, or `none, operator of shop`. */
export function rightsInWords({ role, clusterRoles }: Pick<User, 'role' | 'clusterRoles'>): string {
  return [role, ...clusterRoles.map((own) => `${own.role} of ${own.cluster.name}`)].join(', ')
}
