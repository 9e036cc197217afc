import { parseArgs } from 'node:util'
import { TscalerError } from '../src/model/problem.ts'

/** A bench's options, all with a value; throws `wrong-usage` for one that it does not have. */
export function readOptions<Name extends string>(
  args: string[],
  names: readonly Name[],
): Readonly<Partial<Record<Name, string>>> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]))
  try {
    return parseArgs({ args, options }).values as Partial<Record<Name, string>>
  } catch (thrown) {
    const has = names.map((name) => `--${name}`).join(', ')
    throw new TscalerError('wrong-usage', `${(thrown as Error).message}. This bench has ${has}.`)
  }
}

/** The option as a number above zero; throws `wrong-usage` for anything else. */
export function numberOf(name: string, text: string | undefined, usual: number): number {
  const value = text === undefined ? usual : Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new TscalerError('wrong-usage', `--${name}: got ${JSON.stringify(text)}, expected a number above 0.`)
}
