import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settingsTable } from '../src/start/settings.ts'

const file = new URL('../../../docs/operating/settings.md', import.meta.url)

/** UPDATE_DOCS=1 writes the page anew; the difference is then looked at as code is. */
const isUpdate = process.env.UPDATE_DOCS === '1'

function page(): string {
  const rows = settingsTable.map(
    ({ key, variable, default: usual, expected, help }) =>
      `| \`${variable}\` | \`${key}\` | ${usual === '' ? '' : `\`${usual}\``} | ${expected} | ${help} |`,
  )
  return `# Settings

Read at start: a flag (\`--data\`, \`--port\`, \`--host\`), else the environment, else \`settings.yaml\` in the data folder, else the default. Everything that is wrong is
told at once, and nothing starts. This page is made from the program (\`UPDATE_DOCS=1 npm test -- settings-doc\`).

| environment | in \`settings.yaml\` | default | expected | what it is for |
|---|---|---|---|---|
${rows.join('\n')}
`
}

test('docs/operating/settings.md is what the program takes', () => {
  if (isUpdate) writeFileSync(file, page())
  expect(readFileSync(file, 'utf8')).toBe(page())
})
