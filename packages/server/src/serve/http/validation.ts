import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { type Finding, TscalerError } from '../../model/problem.ts'
import { findingsOf } from '../../wire/findings.ts'
import type { Shape } from '../../wire/wording.ts'

/**
 * Checks every part of a request against its schema with the wire's own check, which lists all that is wrong; a second validator
 * beside it (Ajv, which comes with Fastify) would only cost memory, and is never loaded.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const fromText = httpPart === 'querystring' || httpPart === 'params'
  return (given: unknown) => {
    const value = fromText ? numbersOf(schema, given) : given
    const findings = findingsOf(schema, value)
    return findings.length > 0 ? { error: refusal(findings) } : { value }
  }
}

/** Answers are checked in tests; the schemas are for OpenAPI. */
export const compileSerializer: FastifySerializerCompiler<unknown> = () => (answer) => JSON.stringify(answer)

function refusal(findings: Finding[]): TscalerError {
  const lines = findings.slice(0, 3).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  const more = findings.length > 3 ? `; and ${findings.length - 3} more` : ''
  return new TscalerError('bad-input', `The request can't be taken as given: ${lines.join('; ')}${more}`, { findings })
}

/** Addresses hold texts; what a schema wants as number or flag is read as one where it can be. */
function numbersOf(schema: TSchema, given: unknown): unknown {
  const { properties = {} }: Shape = schema
  if (typeof given !== 'object' || given === null) return given
  return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, ofType(properties[name]?.type, text)]))
}

function ofType(type: string | undefined, text: unknown): unknown {
  if (typeof text !== 'string') return text
  if ((type === 'integer' || type === 'number') && /^-?\d{1,16}(\.\d{1,10})?$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
