/** The values that mails and webhooks may name, in the order in which help lists them. */
export const placeholders = [
  'trigger',
  'cluster',
  'node',
  'host',
  'newNode',
  'counter',
  'value',
  'threshold',
  'run',
  'runUrl',
] as const
export type Placeholder = (typeof placeholders)[number]

/** Every `{{name}}` of the text, in order, each as often as it stands there, whether known or not. */
export function placeholdersOf(template: string): string[] {
  return [...template.matchAll(pattern)].map((match) => (match[1] ?? '').trim())
}

/** What is wrong with a template, one sentence each: unknown placeholders and openings without an end. None: it can be rendered. */
export function checkTemplate(template: string): string[] {
  const known = placeholders.map((name) => `{{${name}}}`).join(' ')
  const unknown = [...new Set(placeholdersOf(template))].filter((name) => !isPlaceholder(name))
  const findings = unknown.map((name) => `got the placeholder {{${name}}}, expected one of ${known}.`)
  if (template.replace(pattern, '').includes('{{'))
    findings.push('got "{{" without "}}" behind it; close the placeholder.')
  return findings
}

/** The template with each placeholder's value in its place. Values are not looked into: a `{{` in one stays as it is. */
export function renderTemplate(template: string, values: Readonly<Record<Placeholder, string>>): string {
  return template.replace(pattern, (whole, name: string) => {
    const known = name.trim()
    return isPlaceholder(known) ? values[known] : whole
  })
}

// No braces inside, so that `{{ {{node}}` reads as an opening without an end and a placeholder.
const pattern = /\{\{([^{}]*)\}\}/g

function isPlaceholder(name: string): name is Placeholder {
  return placeholders.some((known) => known === name)
}
