import { defineEntity, p } from '@mikro-orm/core'
import type { AuditEntry, SecondFactor, Session, Token, User } from '../../../model/people.ts'
import { flag, id, json, longText, looseId, stored, uniqueName, whole, word } from './columns.ts'

export const users = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    ...stored(),
    name: uniqueName(),
    role: word(32),
    clusterRoles: json().default('[]'),
    email: word(320).nullable(), // RFC 3696: 64 + @ + 255
    passwordHash: word(255).nullable(),
    externalKey: word(128).nullable().unique(), // SHA-256 in hexadecimal is 64
    disabled: flag(),
  } satisfies Record<keyof User, unknown>,
})

export const sessions = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  properties: {
    id: id(),
    key: word(128).unique(), // SHA-256 in hexadecimal is 64
    userId: () => p.manyToOne(users).mapToPk().fieldName('user_id').deleteRule('cascade'),
    createdAt: whole(),
    lastSeenAt: whole(),
    expiresAt: whole(),
    address: word(63).default(''), // IPv6 in text with an IPv4 end is 45
    userAgent: word(63).default(''),
    signedInBy: word(32).default('password'),
  } satisfies Record<keyof Session, unknown>,
})

export const tokens = defineEntity({
  name: 'Token',
  tableName: 'tokens',
  properties: {
    ...stored(),
    name: uniqueName(),
    key: word(128).unique(),
    userId: () => p.manyToOne(users).mapToPk().fieldName('user_id').deleteRule('cascade'),
    role: word(32),
    clusterRoles: json().default('[]'),
    purpose: word(32),
    expiresAt: whole().nullable(),
    lastUsedAt: whole().nullable(),
  } satisfies Record<keyof Token, unknown>,
})

export const secondFactors = defineEntity({
  name: 'SecondFactor',
  tableName: 'second_factors',
  properties: {
    id: id(),
    userId: () => p.manyToOne(users).mapToPk().fieldName('user_id').unique().deleteRule('cascade'),
    secret: longText(),
    createdAt: whole(),
    confirmedAt: whole().nullable(),
    lastStep: whole(),
  } satisfies Record<keyof SecondFactor, unknown>,
})

/** Outlives what it tells of: nothing here refers to a row. */
export const audit = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit',
  indexes: [{ properties: ['kind', 'subjectId'] }],
  properties: {
    id: id(),
    at: whole().index(),
    who: word(255),
    what: word(63),
    kind: word(63),
    subjectId: looseId().nullable(),
    subjectName: word(255).nullable(),
    detail: longText().nullable(),
  } satisfies Record<keyof AuditEntry, unknown>,
})
