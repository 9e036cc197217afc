const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

type Unit = keyof typeof unitsMs

/** Milliseconds of a text such as `10s`, `5m`, `1h30m`, `250ms`; undefined where it is no duration. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined
  let totalMs = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    totalMs += Number(amount) * unitsMs[unit as Unit]
  }
  return Number.isSafeInteger(Math.round(totalMs)) ? Math.round(totalMs) : undefined
}

/** The shortest text that `parseDuration` reads back as the same number: `90s` is `1m30s`, 0 is `0s`. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.round(ms))
  let text = ''
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / unitsMs[unit])
    if (count > 0) text += `${count}${unit}`
    rest -= count * unitsMs[unit]
  }
  return text === '' ? '0s' : text
}
