import { type Static, Type } from 'typebox'
import { roles } from '../model/people.ts'
import { body, Name, orNull } from './schema.ts'

/** A password that is set; `writeOnly` keeps it out of every message. */
const NewPassword = Type.String({
  minLength: 12,
  maxLength: 1_000,
  writeOnly: true,
  description: 'A password of 12 to 1,000 characters.',
})
const GivenPassword = Type.String({ maxLength: 1_000, writeOnly: true, description: 'A password.' })
const Secret = Type.String({ maxLength: 200, writeOnly: true, description: 'The part of the link after #.' })

export const SignInBody = body({ name: Name, password: GivenPassword })
/** What a one-time link opens: the user's first password, or a new one. */
export const WelcomeBody = body({ token: Secret, password: NewPassword })
export const PasswordBody = body({ current: GivenPassword, password: NewPassword })

/** Who is signed in. */
export const Me = Type.Object({
  /** `admin`, `token:ci`, `os:root`. */
  who: Type.String(),
  role: Type.Enum([...roles]),
  /** Whether it is a user with a password of his own. */
  user: orNull(Type.Object({ id: Type.Integer(), name: Type.String() })),
})

/** A link that sets a password once; given once. */
export const LinkAnswer = Type.Object({ secret: Type.String() })

export type SignInBody = Static<typeof SignInBody>
export type WelcomeBody = Static<typeof WelcomeBody>
export type PasswordBody = Static<typeof PasswordBody>
export type Me = Static<typeof Me>
