const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
const decimal = ['', 'k', 'M', 'G', 'T'] as const

/**
 * A value with its unit, as short as it can be read: `4.29`, `93 %`, `412 MiB`, `1.2k 1/s`. A failure is never a number: callers say
 * it in words.
 */
export function valueText(value: number, unit = ''): string {
  if (!Number.isFinite(value)) return String(value)
  if (unit === 'bytes' || unit === 'B') return scaled(value, binary, 1_024, ' ')
  const text = Math.abs(value) >= 10_000 ? scaled(value, decimal, 1_000, '') : digits(value)
  return unit === '' ? text : `${text} ${unit}`
}

function scaled(value: number, names: readonly string[], base: number, space: string): string {
  let [rest, power] = [value, 0]
  for (; Math.abs(rest) >= base && power < names.length - 1; power++) rest /= base
  return `${digits(rest)}${names[power] === '' ? '' : space}${names[power]}`
}

/** Three figures that count, without zeros that don't. */
function digits(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 10_000) return String(value)
  const size = Math.abs(value)
  if (size !== 0 && size < 0.001) return value.toExponential(1)
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)))
}
