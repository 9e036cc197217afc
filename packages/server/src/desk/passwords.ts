import { TscalerError } from '../model/problem.ts'

/**
 * Hashes and checks passwords with Argon2id (19 MiB, 2 passes: OWASP's least). One at a time, so that many sign-ins at once need no more
 * memory than one; loaded at the first use, as most days nobody signs in. Both throw `too-many-tries` where too many wait already.
 */
export interface Passwords {
  hash(password: string): Promise<string>
  /** False for a hash of null too, after as long a time: nobody can tell from it which users there are. */
  verify(hash: string | null, password: string): Promise<boolean>
}

const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The passwords' keeper. */
export function openPasswords(): Passwords {
  let last: Promise<unknown> = Promise.resolve()
  let nobody: string | undefined
  const library = () => import('@node-rs/argon2')
  let waiting = 0
  async function oneAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
    if (waiting >= waitingMax) throw tooMany()
    waiting += 1
    const next = last.then(work, work)
    last = next.catch(() => undefined)
    return next.finally(() => {
      waiting -= 1
    })
  }
  const hash = async (password: string) => (await library()).hash(password, options)
  return {
    hash: (password) => oneAtATime(() => hash(password)),
    verify: (known, password) =>
      oneAtATime(async () => {
        nobody ??= await hash('nobody has this password')
        const right = await (await library()).verify(known ?? nobody, password)
        return known !== null && right
      }),
  }
}

/** At some 30 ms each the last of them waits three seconds; whoever sends more is no person. */
const waitingMax = 100

function tooMany(): TscalerError {
  return new TscalerError('too-many-tries', 'Too many are signing in at once. Try again in a few seconds.', {
    retryable: true,
  })
}
