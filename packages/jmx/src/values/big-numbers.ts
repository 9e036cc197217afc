import { limits } from '../limits.ts'
import { type Content, JavaArray, JavaObject } from '../serialization/graph.ts'

/** The value of a java.math.BigInteger; undefined when it is none, or longer than anybody needs. */
export function bigInteger(content: Content): bigint | undefined {
  if (!(content instanceof JavaObject)) return undefined
  const [signum, magnitude] = [content.field('signum'), content.field('magnitude')]
  if (typeof signum !== 'number' || !(magnitude instanceof JavaArray) || !magnitude.bytes) return undefined
  if (magnitude.bytes.length > limits.bigNumberBytesMax) return undefined
  const absolute = magnitude.bytes.length === 0 ? 0n : BigInt(`0x${magnitude.bytes.toString('hex')}`)
  return signum < 0 ? -absolute : absolute
}

/** A java.math.BigDecimal as a text without an exponent; undefined when it is none, or longer than anybody needs. */
export function bigDecimal(object: JavaObject): string | undefined {
  const [scale, unscaled] = [object.field('scale'), bigInteger(object.field('intVal') ?? null)]
  if (typeof scale !== 'number' || Math.abs(scale) > limits.bigScaleMax || unscaled === undefined) return undefined
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale))
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
