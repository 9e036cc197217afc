import { InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../../model/duration.ts'

/** An option whose value is one of a few words. */
export function oneOfOption(flags: string, help: string, words: readonly string[]): Option {
  return new Option(flags, help).choices(words)
}

/** An option whose value is a whole number. */
export function numberOption(flags: string, help: string, { min, max }: { min: number; max: number }): Option {
  return new Option(flags, help).argParser((text: string) => {
    const number = Number(text)
    if (/^\d{1,15}$/.test(text) && number >= min && number <= max) return number
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`)
  })
}

/** An option whose value is a duration such as `2h`; stays text. */
export function durationOption(flags: string, help: string): Option {
  return new Option(flags, help).argParser((text: string) => {
    if (parseDuration(text) !== undefined) return text
    throw new InvalidArgumentError('Expected a duration such as "30m", "2h" or "1d".')
  })
}
