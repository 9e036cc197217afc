import type { Measure } from '../../desk/measure.ts'

/** The text that Prometheus reads (exposition format 0.0.4). */
export function exposition(measures: readonly Measure[]): string {
  return measures.map(measureText).join('')
}

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

function measureText({ name, help, type, values }: Measure): string {
  const lines = values.map(
    ({ labels = {}, value, suffix = '' }) => `${name}${suffix}${labelsText(labels)} ${numberText(value)}\n`,
  )
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf'
}
