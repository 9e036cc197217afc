import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Node } from '../../src/wire/resources.ts'
import { openBrowser } from './browser.ts'
import { buildPages } from './built-pages.ts'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

const { skip } = requirePart('chromium')
const root = path.resolve(import.meta.dirname, '../../../..')
const axe = readFileSync(
  createRequire(path.join(root, 'packages/web/package.json')).resolve('axe-core/axe.min.js'),
  'utf8',
)
const password = 'correct horse battery'

/** What is asked for: WCAG 2.2, levels A and AA. */
const rules: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  resultTypes: ['violations'],
}

/** Every page, with the heading that says that it is there. */
const pages = [
  { at: '/', heading: 'Overview' },
  { at: '/clusters', heading: 'Clusters' },
  { at: '/clusters/rehearsal', heading: 'rehearsal' },
  { at: '/clusters/rehearsal?view=nodes', heading: 'rehearsal' },
  { at: '/clusters/wide?view=heat', heading: 'wide' },
  { at: '/nodes/rehearsal01', heading: 'rehearsal01' },
  { at: '/nodes/rehearsal01/jvms/app', heading: 'rehearsal01 · app' },
  { at: '/triggers', heading: 'Triggers' },
  { at: '/triggers/rehearsal-grow', heading: 'rehearsal-grow' },
  { at: '/runs', heading: 'Runs' },
  { at: '/runs/1', heading: /#1$/ },
  { at: '/provision', heading: 'Provision' },
  { at: '/control', heading: 'Control' },
  ...['clusters', 'nodes', 'counters', 'triggers', 'actions'].map((kind) => ({
    at: `/control/${kind}`,
    heading: 'Control',
  })),
  ...['ssh-profiles', 'jvm-profiles', 'ec2-profiles'].map((kind) => ({ at: `/control/${kind}`, heading: 'Control' })),
  { at: '/control/triggers/rehearsal-grow', heading: 'rehearsal-grow' },
  { at: '/control/actions/rehearsal-deploy', heading: 'rehearsal-deploy' },
  { at: '/control/nodes/rehearsal01', heading: 'rehearsal01' },
  { at: '/control/ec2-profiles/rehearsal', heading: 'rehearsal' },
  { at: '/control/jvm-profiles/new', heading: 'New JVM profile' },
  ...['', '/users', '/tokens', '/audit', '/alerts'].map((kind) => ({
    at: `/admin${kind}`,
    heading: /^(Alerts|Users|API tokens|Audit trail)$/,
  })),
  { at: '/nowhere', heading: 'Nothing here' },
] as const

/** Colours and widths have little to do with each other: two of the four looks show both. */
const looks = [
  { scheme: 'light', width: 1440 },
  { scheme: 'dark', width: 390 },
] as const

describe.skipIf(skip)('everybody can use the pages', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>
  let tscaler: Tscaler
  let browser: Browser
  let signedIn: Awaited<ReturnType<typeof signIn>>

  beforeAll(async () => {
    buildPages()
    folder = await dataFolder()
    tscaler = await startTscaler(folder.data, {}, { flags: ['--rehearsal'] })
    await tscaler.api('POST', '/api/v1/apply', { document: wideDocument })
    await waitFor(
      'the first machine',
      async () => {
        const { items } = await tscaler.api<{ items: Node[] }>('GET', '/api/v1/nodes?cluster=rehearsal')
        return items.some(({ name, state }) => name === 'rehearsal01' && state === 'in-service')
      },
      60_000,
    )
    await tscaler.api('PATCH', '/api/v1/nodes/rehearsal01', { jvmProfiles: ['app'] })
    browser = await openBrowser()
    signedIn = await signIn(browser, tscaler.welcome ?? '')
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await tscaler?.stop()
    await folder?.remove()
  })

  async function open({ scheme, width }: (typeof looks)[number], isKnown = true) {
    const context = await browser.newContext({
      colorScheme: scheme,
      viewport: { width, height: width > 900 ? 900 : 844 },
      reducedMotion: 'reduce',
      ...(isKnown ? { storageState: signedIn } : {}),
    })
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    return page
  }

  test.each(looks)('every page, $scheme, $width px wide', { timeout: 180_000 }, async (look) => {
    const page = await open(look)
    const found: string[] = []
    for (const { at, heading } of pages) {
      await page.goto(tscaler.url + at)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      await settled(page)
      found.push(...(await violations(page, at)))
    }
    await page.context().close()
    expect(found).toEqual([])
  })

  test.each(looks)('the way in, $scheme, $width px wide', { timeout: 30_000 }, async (look) => {
    const page = await open(look, false)
    await page.goto(`${tscaler.url}/sign-in`)
    await page.getByRole('textbox', { name: 'Password' }).waitFor()
    expect(await violations(page, '/sign-in')).toEqual([])
    await page.context().close()
  })

  test.each(looks)('what opens over a page, $scheme, $width px wide', { timeout: 60_000 }, async (look) => {
    const page = await open(look)
    const found: string[] = []
    for (const { at, button } of openers) {
      await page.goto(tscaler.url + at)
      await page.getByRole('button', { name: button }).first().click()
      await page.getByRole('dialog').first().waitFor()
      await settled(page)
      found.push(...(await violations(page, `${at} ${button}`)))
    }
    await page.context().close()
    expect(found).toEqual([])
  })

  test('a heat map and a graph are read as tables by their keys alone', { timeout: 30_000 }, async () => {
    const page = await open({ scheme: 'light', width: 1440 })
    await page.goto(`${tscaler.url}/clusters/wide`)
    await page.getByText('Heat map').click()
    await page.getByRole('img', { name: 'load of 14 nodes over time' }).waitFor()
    await page.getByRole('button', { name: 'as a table: load' }).press('Enter')
    const table = page.getByRole('region', { name: 'load of 14 nodes over time, as a table' })
    await table.getByRole('row', { name: /^wide14 [\d.]+/ }).waitFor()
    await page.goto(`${tscaler.url}/nodes/rehearsal01`)
    await page.getByRole('button', { name: 'as a table: rehearsal-load of rehearsal01' }).press('Enter')
    await page.getByRole('row', { name: /^rehearsal01 [\d.]+/ }).waitFor()
    expect(await violations(page, '/nodes/rehearsal01 as a table')).toEqual([])
    await page.context().close()
  })

  test('a profile is tried on a node that uses it, and says in words what it finds', { timeout: 60_000 }, async () => {
    const page = await open({ scheme: 'light', width: 1440 })
    await page.goto(`${tscaler.url}/control/jvm-profiles/app`)
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    const findings = page.getByRole('status')
    await findings
      .getByText(/refuses connections|connection refused/)
      .first()
      .waitFor({ timeout: 30_000 })
    await page.goto(`${tscaler.url}/control/nodes/rehearsal01`)
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await findings.getByText('counters', { exact: true }).waitFor({ timeout: 30_000 })
    expect(await violations(page, '/control/nodes/rehearsal01 tried')).toEqual([])
    await page.context().close()
  })
})

const openers = [
  { at: '/', button: /^Stop all/ },
  { at: '/', button: /^Search/ },
  { at: '/clusters/rehearsal', button: 'Run something here…' },
  { at: '/control/nodes/rehearsal01', button: 'Remove…' },
]

/** What axe finds in the page as it is, a line for each element. */
async function violations(page: Page, at: string): Promise<string[]> {
  // Not as a script of the page: its content security policy rightly refuses one.
  await page.evaluate(axe)
  const results = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(rules)})`)
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${at}: ${id}: ${target.join(' ')}: ${failureSummary?.replaceAll('\n', ' ')}`,
    ),
  )
}

/** Nothing is on its way any more: no skeleton stands for what comes. */
async function settled(page: Page): Promise<void> {
  const skeletons = page.locator('.mantine-Skeleton-root')
  await waitFor('the last skeleton to go', async () => (await skeletons.count()) === 0)
}

/** A cluster that is wide enough for a heat map, and a JVM that does not answer. */
const wideDocument = {
  version: 1,
  jvmProfiles: [{ name: 'app', port: 9010 }],
  counters: [{ name: 'load', ssh: { readyMade: 'load1' }, threshold: '> 4', period: '1s' }],
  clusters: [
    {
      name: 'wide',
      counters: ['load'],
      nodes: Array.from({ length: 14 }, (_, index) => ({
        name: `wide${String(index + 1).padStart(2, '0')}`,
        local: true,
      })),
    },
  ],
}

async function signIn(browser: Browser, welcome: string) {
  const page = await browser.newPage()
  await page.goto(welcome)
  await page.getByLabel('Password').first().fill(password)
  await page.getByLabel('Once more').fill(password)
  await page.getByRole('button', { name: 'Set the password and go in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  const state = await page.context().storageState()
  await page.context().close()
  return state
}
