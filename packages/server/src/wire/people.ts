import { type Static, Type } from 'typebox'
import { clusterRoles, roles } from '../model/people.ts'
import { body, Id, Instant, Name, orNull, Ref } from './schema.ts'

/** A password that is set; `writeOnly` keeps it out of every message. */
const NewPassword = Type.String({
  minLength: 12,
  maxLength: 1_000,
  writeOnly: true,
  description: 'A password of 12 to 1,000 characters.',
})
const GivenPassword = Type.String({ maxLength: 1_000, writeOnly: true, description: 'A password.' })
const Secret = Type.String({ maxLength: 200, writeOnly: true, description: 'The part of the link after #.' })
const Code = Type.String({
  minLength: 6,
  maxLength: 40,
  writeOnly: true,
  description: 'The six digits that the app shows now, or a recovery code.',
})

export const SignInBody = body({ name: Name, password: GivenPassword, code: Type.Optional(Code) })
/** What a one-time link opens: the user's first password, or a new one. */
export const WelcomeBody = body({ token: Secret, password: NewPassword, code: Type.Optional(Code) })
export const PasswordBody = body({ current: GivenPassword, password: NewPassword })

/** Who is signed in. */
export const Me = Type.Object({
  /** `admin`, `token:ci`, `os:root`. */
  who: Type.String(),
  role: Type.Enum([...roles]),
  /** What he may do on single clusters beyond his role everywhere. */
  clusterRoles: Type.Array(Type.Object({ cluster: Ref, role: Type.Enum([...clusterRoles]) })),
  /** Whether it is a user rather than a token or the local socket. */
  user: orNull(Type.Object({ id: Type.Integer(), name: Type.String() })),
  /** Whether nothing is open to him but to set up a second factor. */
  mustEnrol: Type.Boolean(),
})

/** A signed-in browser. */
export const Session = Type.Object({
  id: Id,
  user: Ref,
  createdAt: Instant,
  lastSeenAt: Instant,
  expiresAt: Instant,
  /** From where it signed in. */
  address: Type.String(),
  /** The browser in short: `Firefox on Linux`. */
  userAgent: Type.String(),
  signedInBy: Type.Enum(['password', 'oidc']),
  /** Whether it is the one that asks. */
  current: Type.Boolean(),
})

/** How one's own second factor stands. */
export const SecondFactor = Type.Object({
  state: Type.Enum(['off', 'pending', 'on']),
  /** Whether nothing else is open until it is on. */
  required: Type.Boolean(),
  recoveryCodesLeft: Type.Integer(),
})
export const BeginFactorBody = body({ password: GivenPassword })
/** Shown once: as a picture for the app, and to be typed. */
export const BegunFactor = Type.Object({ secret: Type.String(), uri: Type.String() })
export const ConfirmFactorBody = body({ code: Code })
/** Shown once; each signs in once in place of a code. */
export const RecoveryCodes = Type.Object({ recoveryCodes: Type.Array(Type.String()) })
export const RemoveFactorBody = body({ password: GivenPassword, code: Code })

/** What the sign-in page offers. */
export const SignInWays = Type.Object({
  /** The single sign-on beside names and passwords; null: there is none. */
  oidc: orNull(
    Type.Object({
      name: Type.String(),
      /** Where the button leads, with `?to=` and the address of the page to come back to. */
      path: Type.String(),
      /** Why it does not work now, in words; null: it does. */
      trouble: orNull(Type.String()),
    }),
  ),
  /** What became of the last try to sign in there, in words, told once; null: nothing to tell. */
  said: orNull(Type.String()),
})

/** A link that sets a password once; given once. */
export const LinkAnswer = Type.Object({ secret: Type.String() })

export type SignInBody = Static<typeof SignInBody>
export type WelcomeBody = Static<typeof WelcomeBody>
export type PasswordBody = Static<typeof PasswordBody>
export type Me = Static<typeof Me>
export type Session = Static<typeof Session>
export type SecondFactor = Static<typeof SecondFactor>
export type BegunFactor = Static<typeof BegunFactor>
export type RecoveryCodes = Static<typeof RecoveryCodes>
export type SignInWays = Static<typeof SignInWays>
