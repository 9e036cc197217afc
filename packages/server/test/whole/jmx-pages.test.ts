import { type Jvm, startJvm } from '@tscaler/rehearsal/jvm.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Counter } from '../../src/wire/resources.ts'
import type { Samples, Series } from '../../src/wire/watching.ts'
import { openBrowser, openPage } from './browser.ts'
import { buildPages } from './built-pages.ts'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

const { skip } = requirePart('chromium', 'java')
/** A word that stands nowhere else in a page. */
const password = 'Erdbeerkuchen'

describe.skipIf(skip)('JVMs in a browser', () => {
  let app: Jvm
  let admin: Jvm
  let folder: Awaited<ReturnType<typeof dataFolder>>
  let tscaler: Tscaler
  let browser: Browser
  let page: Page
  let troubles: string[]

  beforeAll(async () => {
    buildPages()
    app = await startJvm({ password: { user: 'monitor', password } })
    admin = await startOnSameHost(app)
    folder = await dataFolder()
    tscaler = await startTscaler(folder.data)
    await tscaler.api('POST', '/api/v1/apply', { document: documentFor(app, admin) })
    browser = await openBrowser()
    const opened = await openPage(browser)
    page = opened.page
    troubles = opened.troubles
    page.setDefaultTimeout(15_000)
    await signIn(page, tscaler.welcome ?? '')
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await tscaler?.stop()
    await Promise.all([app?.stop(), admin?.stop()])
    await folder?.remove()
  })

  test('two JVMs of one node are two lines by name, wherever they are shown', { timeout: 40_000 }, async () => {
    await page.goto(`${tscaler.url}/nodes/shop01?range=5m`)
    await page.getByRole('img', { name: 'threads of shop01 · app, shop01 · admin, 0 in breach' }).waitFor()
    const lines = page.getByRole('list', { name: 'Lines' })
    expect(await lines.getByRole('listitem').count()).toBe(2)
    await lines.getByText(/shop01 · admin\s*\d+/).waitFor()
    await page.goto(`${tscaler.url}/clusters/shop?range=5m`)
    await page.getByText('By JVM').click()
    await page.getByRole('img', { name: 'threads of shop01 · admin, 0 in breach' }).waitFor()
    expect(new URL(page.url()).searchParams.get('view')).toBe('jvms')
    await page.reload()
    await page.getByRole('heading', { name: 'shop01 · app' }).waitFor()
    await page.goto(`${tscaler.url}/triggers/many`)
    await page.getByRole('row', { name: /^shop01 · app threads/ }).waitFor()
  })

  test("a node's page leads to its JVM, whose MBeans are found by a filter", { timeout: 40_000 }, async () => {
    await page.goto(`${tscaler.url}/nodes/shop01`)
    await page.getByRole('table', { name: 'JVMs' }).getByRole('link', { name: 'app', exact: true }).click()
    await page.getByRole('heading', { name: 'shop01 · app' }).waitFor()
    const tree = page.getByRole('navigation', { name: 'MBeans' })
    await tree.getByRole('button', { name: /^java\.lang/ }).waitFor()
    await page.getByLabel('Filter MBeans').fill('memory lang')
    await tree.getByRole('link', { name: 'Memory', exact: true }).click()
    expect(await tree.getByText('Threading').count()).toBe(0)
    const row = page.getByRole('row', { name: /^used [\d,]+ .*MiB/ }).first()
    const before = await row.textContent()
    await app.makeGarbage(5)
    await waitFor('the value to move by itself', async () => (await row.textContent()) !== before)
    const { searchParams } = new URL(page.url())
    expect([searchParams.get('q'), searchParams.get('mbean')]).toEqual(['memory lang', 'java.lang:type=Memory'])
  })

  test('a number becomes a counter by one click, and its graph gets points where it was made', {
    timeout: 60_000,
  }, async () => {
    await page.goto(`${tscaler.url}/nodes/shop01/jvms/app?range=5m&mbean=java.lang:type%3DMemory`)
    await page.getByRole('button', { name: 'Make a counter of HeapMemoryUsage used' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Period').fill('1s')
    expect(await dialog.getByLabel('Unit').inputValue()).toBe('bytes')
    await dialog.getByRole('button', { name: 'Add the counter' }).click()
    const name = 'heap-memory-usage-used'
    await page
      .getByRole('status')
      .getByRole('img', { name: new RegExp(`^${name} of shop01 · app`) })
      .waitFor()
    const made = await tscaler.api<Counter>('GET', `/api/v1/counters/${name}`)
    expect(made.jmx).toEqual({ mbean: 'java.lang:type=Memory', attribute: 'HeapMemoryUsage', key: 'used' })
    await waitFor('points', async () => ((await samplesOf(tscaler, name))?.values.length ?? 0) >= 2)
    await page
      .getByRole('status')
      .getByText(/^\d+(\.\d+)? MiB$/)
      .waitFor()
    await page.getByRole('row', { name: /^used/ }).getByRole('link', { name }).waitFor()
  })

  test('what is hard to show is shown: great numbers, tables, attributes that fail', { timeout: 40_000 }, async () => {
    await page.goto(`${tscaler.url}/nodes/shop01/jvms/admin?mbean=rehearsal:type%3DKinds`)
    await page.getByRole('row', { name: /^LongMax long 9,223,372,036,854,775,807/ }).waitFor()
    await page.getByRole('row', { name: /^TextLong .*Show all/ }).waitFor()
    await page.goto(`${tscaler.url}/nodes/shop01/jvms/admin?mbean=rehearsal:type%3DBroken`)
    await page.getByRole('row', { name: /^ThrowsChecked long can’t be read .*not today/ }).waitFor()
  })

  test('a ready-made counter is one click away', { timeout: 40_000 }, async () => {
    await page.goto(`${tscaler.url}/nodes/shop01/jvms/app?range=5m`)
    await page.getByRole('button', { name: 'Ready-made counters' }).click()
    await page.getByRole('button', { name: 'Add heap-share' }).click()
    await page.getByRole('img', { name: /^heap-share of shop01 · app/ }).waitFor()
  })

  test('a JVM that is down, or lets nobody in, says so in words', { timeout: 40_000 }, async () => {
    // Not before: at its first login a JVM writes its password file anew, and may refuse another one at the same time.
    const node = { name: 'shop02', hostname: app.host, cluster: 'shop', jvmProfiles: ['closed', 'stranger'] }
    await tscaler.api('POST', '/api/v1/nodes', node)
    // The browser's console tells of every answer of 500 and more; here they are meant.
    const before = troubles.length
    await page.goto(`${tscaler.url}/nodes/shop02/jvms/closed`)
    await page
      .getByRole('alert')
      .getByText(/refuses connections\. Start the JVM with/)
      .waitFor()
    await page.goto(`${tscaler.url}/nodes/shop02/jvms/stranger`)
    await page
      .getByRole('alert')
      .getByText(/password/i)
      .waitFor()
    expect(await page.getByRole('alert').count()).toBe(1)
    expect(troubles.slice(before).filter((text) => !/status of 50[24]/.test(text))).toEqual([])
    troubles.length = before
  })

  test('a profile is made in its form, and its password is never shown again', { timeout: 40_000 }, async () => {
    await page.goto(`${tscaler.url}/control/jvm-profiles/new`)
    await page.getByLabel(/^Name/).fill('spare')
    await page.getByLabel(/^JMX port/).fill('9123')
    await page.getByLabel('User').fill('monitor')
    await page
      .getByLabel(/^Password/)
      .first()
      .fill('only written')
    await page.getByRole('button', { name: 'Add the JVM profile' }).click()
    await page.getByRole('link', { name: 'spare' }).click()
    await page.getByText('is set, and is never shown').waitFor()
    await page.getByText('No node uses it yet').waitFor()
    await page.goto(`${tscaler.url}/control/jvm-profiles/app`)
    await page.getByText('Used by shop01 (app)').waitFor()
    expect((await page.content()).includes(password)).toBe(false)
  })

  test('nothing went wrong in the page meanwhile', () => {
    expect(troubles).toEqual([])
  })
})

/** On another port of the first one's address: a node has one address. */
async function startOnSameHost({ host, port }: Jvm): Promise<Jvm> {
  return startJvm({ address: { host, port: port === 32_767 ? port - 1 : port + 1 } })
}

async function signIn(page: Page, welcome: string): Promise<void> {
  await page.goto(welcome)
  await page.getByLabel('Password').first().fill('correct horse battery')
  await page.getByLabel('Once more').fill('correct horse battery')
  await page.getByRole('button', { name: 'Set the password and go in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

async function samplesOf(tscaler: Tscaler, counter: string) {
  const { items } = await tscaler.api<{ items: Series[] }>('GET', `/api/v1/series?counter=${counter}&jvm=app`)
  const { series } = await tscaler.api<Samples>('GET', `/api/v1/samples?series=${items[0]?.id}`)
  return series[0]
}

/** A node with two JVMs that answer; profiles of one that is not there, and of one that is asked with a wrong password. */
function documentFor(app: Jvm, admin: Jvm) {
  const { host, port, user } = app
  return {
    version: 1,
    jvmProfiles: [
      { name: 'app', port, user, password: { value: password } },
      { name: 'admin', port: admin.port },
      { name: 'closed', port: 9 },
      { name: 'stranger', port, user, password: { value: 'wrong' } },
    ],
    counters: [{ name: 'threads', jmx: { readyMade: 'threads' }, threshold: '> 1000', period: '1s' }],
    clusters: [
      {
        name: 'shop',
        counters: ['threads'],
        nodes: [{ name: 'shop01', hostname: host, jvmProfiles: ['app', 'admin'] }],
      },
    ],
    triggers: [{ name: 'many', cluster: 'shop', state: 'watch', counters: ['threads'], timing: '5s', actions: [] }],
  }
}
