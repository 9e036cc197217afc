const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

type Unit = keyof typeof unitsMs

/** Milliseconds of a text such as `10s` or `1h30m`, as the API writes durations; undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)]
  return parts.reduce((totalMs, [, amount, unit]) => totalMs + Number(amount) * unitsMs[unit as Unit], 0)
}

/** Milliseconds of a trigger's timing: minutes as a number, or a duration. 0 where it is neither. */
export function timingMs(timing: number | string): number {
  return typeof timing === 'number' ? timing * unitsMs.m : (parseDuration(timing) ?? 0)
}

/** A length of time in at most two units, for reading: `38 s`, `1 m 12 s`, `2 h 5 m`, `3 d 4 h`. */
export function spanText(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return twoUnits(seconds, 60, 'm', 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 1_440) return twoUnits(minutes, 60, 'h', 'm')
  return twoUnits(Math.round(minutes / 60), 24, 'd', 'h')
}

/** Milliseconds as the API writes durations: `1h30m`, `5m`, `500ms`. */
export function durationText(ms: number): string {
  let rest = ms
  const parts = (['d', 'h', 'm', 's', 'ms'] as const).flatMap((unit) => {
    const count = Math.floor(rest / unitsMs[unit])
    rest -= count * unitsMs[unit]
    return count > 0 ? [`${count}${unit}`] : []
  })
  return parts.length === 0 ? '0s' : parts.join('')
}

function twoUnits(count: number, per: number, large: string, small: string): string {
  const rest = count % per
  return `${Math.floor(count / per)} ${large}${rest > 0 ? ` ${rest} ${small}` : ''}`
}
