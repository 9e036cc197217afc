import { requirePart } from '@tscaler/rehearsal/parts.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Node } from '../../src/wire/resources.ts'
import type { AuditEntry } from '../../src/wire/watching.ts'
import { openBrowser, openPage } from './browser.ts'
import { buildPages } from './built-pages.ts'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

const { skip } = requirePart('chromium')
const question = 'Is the database migrated?'

describe.skipIf(skip)('machines that come and go, in a browser', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>
  let tscaler: Tscaler
  let browser: Browser
  let page: Page
  let troubles: string[]

  beforeAll(async () => {
    buildPages()
    folder = await dataFolder()
    tscaler = await startTscaler(folder.data, {}, { flags: ['--rehearsal'] })
    // Machines come by hand alone here.
    for (const trigger of ['rehearsal-grow', 'rehearsal-shrink'])
      await tscaler.api('PATCH', `/api/v1/triggers/${trigger}`, { state: 'off' })
    await tscaler.api('POST', '/api/v1/apply', { document: askingDocument })
    await waitFor('the first machine', async () => (await inService()).length === 1, 60_000)
    browser = await openBrowser()
    const opened = await openPage(browser)
    page = opened.page
    troubles = opened.troubles
    page.setDefaultTimeout(15_000)
    await signIn(page, tscaler.welcome ?? '')
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await tscaler?.stop()
    await folder?.remove()
  })

  const inService = async () => {
    const { items } = await tscaler.api<{ items: Node[] }>('GET', '/api/v1/nodes')
    return items.filter(({ state, ec2Profile }) => state === 'in-service' && ec2Profile?.name === 'rehearsal')
  }
  const fleet = () => page.getByRole('table', { name: 'fleets' }).getByRole('row', { name: /^rehearsal / })

  test('a machine is deployed from its plan, a person gives the go in the page, and it comes into service', {
    timeout: 90_000,
  }, async () => {
    await page.goto(`${tscaler.url}/provision`)
    await fleet().getByText('1 in service').waitFor()
    await page.getByRole('button', { name: 'Deploy in rehearsal' }).click()
    await page.getByRole('menuitem', { name: /^grow-with-go/ }).click()
    const plan = page.getByRole('dialog')
    await plan.getByText('a new node; a failure stops the run and takes this back').waitFor()
    await plan.getByText('rehearsal-deploy: ready check').waitFor()
    await plan.getByRole('button', { name: 'Go: 1 new node' }).click()
    await page.getByRole('heading', { name: /^grow-with-go #\d+$/ }).waitFor()
    await page.getByRole('heading', { name: question }).waitFor({ timeout: 40_000 })
    await page.goto(tscaler.url)
    await page.getByText(question, { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'No: stop here' }).count()).toBe(1)
    await page.goto(`${tscaler.url}/provision`)
    const underWay = page.getByRole('list', { name: 'nodes under way' })
    await underWay.getByText('step 2 of 4: ask, which waits').waitFor()
    await underWay.getByRole('link', { name: /grow-with-go/ }).click()
    await page.getByRole('button', { name: 'Go ahead' }).click()
    await page.getByRole('heading', { name: question }).waitFor({ state: 'hidden' })
    await page.getByText('4 rehearsal-deploy: ready check').waitFor()
    await page.locator('.page-title').getByText('succeeded').waitFor({ timeout: 40_000 })
    await page.goto(`${tscaler.url}/provision`)
    await fleet().getByText('2 in service').waitFor()
    const machine = page.getByRole('table', { name: 'machines' }).getByRole('row', { name: /^rehearsal02 i-/ })
    await machine.getByText('running').waitFor()
    await machine.getByRole('link', { name: 'rehearsal02' }).click()
    const node = (await inService()).find(({ name }) => name === 'rehearsal02')
    await page.getByText(node?.instanceId ?? 'no instance').waitFor()
  })

  test('a machine that works for nobody comes first, and is ended with a reason', { timeout: 60_000 }, async () => {
    // Away from the node's page first: it would rightly say that its node is gone.
    await page.goto(`${tscaler.url}/provision`)
    await fleet().getByText('2 in service').waitFor()
    await tscaler.api('DELETE', '/api/v1/nodes/rehearsal02')
    const machines = page.getByRole('table', { name: 'machines' })
    const first = machines.getByRole('row').nth(1)
    await first.waitFor()
    // A look of a moment ago is taken for one of now.
    await waitFor('a look that sees it', async () => {
      await page.getByRole('button', { name: 'Look now' }).click()
      return (await first.getByText('not ended').count()) === 1
    })
    await first.getByText(/works for nobody: it was made by run \d+, and its node rehearsal02 is gone/).waitFor()
    await first.getByRole('button', { name: 'End this machine…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('It can’t be taken back').waitFor()
    const end = dialog.getByRole('button', { name: /^End i-\w+ for good$/ })
    expect(await end.isDisabled()).toBe(true)
    await dialog.getByLabel('Reason').fill('its node was removed')
    await end.click()
    await dialog.waitFor({ state: 'hidden' })
    await machines.getByText('not ended').waitFor({ state: 'hidden' })
    expect(await machines.getByRole('row').count()).toBe(2)
    const { items } = await tscaler.api<{ items: AuditEntry[] }>('GET', '/api/v1/audit?kind=instance')
    expect(items).toMatchObject([{ what: 'end', detail: expect.stringMatching(/^i-\w+: its node was removed$/) }])
  })

  test('an EC2 profile is made in its form, chosen in an action, and never shows its secrets', {
    timeout: 60_000,
  }, async () => {
    await page.goto(`${tscaler.url}/control/ec2-profiles/new`)
    await page.getByLabel(/^Name/).fill('web')
    await page.getByLabel(/^Region/).fill('eu-west-1')
    await page.getByLabel(/^Image/).fill('ami-0123456789abcdef0')
    await page.getByLabel('Add an instance type').fill('t3a.medium, t3.medium')
    await page.getByLabel('Add an instance type').press('Enter')
    await page.getByRole('button', { name: 'Earlier: t3.medium' }).click()
    await page.getByRole('button', { name: /^More:/ }).click()
    await page.getByLabel('User data').fill('#!/bin/sh\necho Erdbeerkuchen')
    await page.getByText('28 of 16,384 bytes.').waitFor()
    await page.getByRole('button', { name: 'Add a volume' }).click()
    await page.getByRole('button', { name: 'Add the EC2 profile' }).click()
    await page.getByRole('row', { name: /^web eu-west-1 t3.medium, t3a.medium/ }).waitFor()
    await page.goto(`${tscaler.url}/control/actions/rehearsal-deploy`)
    const chosen = page.getByRole('combobox', { name: /^EC2 profile/ })
    expect(await chosen.inputValue()).toBe('rehearsal')
    await chosen.click()
    await page.getByRole('option', { name: 'web' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Control' }).waitFor()
    await page.goto(`${tscaler.url}/control/ec2-profiles/web`)
    await page.getByText('Used by rehearsal-deploy').waitFor()
    await page.getByRole('button', { name: /^More:/ }).click()
    await page.getByText('is set, and is never shown').waitFor()
    expect(await page.getByLabel('Device of volume 1').inputValue()).toBe('/dev/xvda')
    expect((await page.content()).includes('Erdbeerkuchen')).toBe(false)
  })

  test('nothing went wrong in the page meanwhile', () => {
    expect(troubles).toEqual([])
  })
})

/** A deployment that asks before the new node is set up. */
const askingDocument = {
  version: 1,
  actions: [{ name: 'ask', pause: { message: question } }],
  triggers: [
    {
      name: 'grow-with-go',
      cluster: 'rehearsal',
      state: 'off',
      counters: ['rehearsal-load'],
      timing: '1h',
      actions: [{ action: 'rehearsal-deploy' }, { action: 'ask' }, { action: 'rehearsal-set-up', target: 'last-node' }],
    },
  ],
}

async function signIn(page: Page, welcome: string): Promise<void> {
  await page.goto(welcome)
  await page.getByLabel('Password').first().fill('correct horse battery')
  await page.getByLabel('Once more').fill('correct horse battery')
  await page.getByRole('button', { name: 'Set the password and go in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}
