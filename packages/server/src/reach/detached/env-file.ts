import { TscalerError } from '../../model/problem.ts'
import { quoted } from '../shell/quoted.ts'

/** Shell text that sets and exports the values, whatever they hold. Throws `bad-input` for a name or value no environment can hold. */
export function envFile(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        throw new TscalerError(
          'bad-input',
          `Environment: got the name ${JSON.stringify(name)}, expected letters, digits and _.`,
        )
      }
      if (value.includes('\0')) {
        throw new TscalerError(
          'bad-input',
          `Environment: the value of ${name} holds a NUL character, which no environment can. Remove it.`,
        )
      }
      return `${name}=${quoted(value)}\nexport ${name}\n`
    })
    .join('')
}
