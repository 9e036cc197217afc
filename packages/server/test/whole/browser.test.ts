import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { startSmtp } from '@tscaler/rehearsal/smtp.ts'
import { type SshdNode, startSshdFleet } from '@tscaler/rehearsal/sshd.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage } from './browser.ts'
import { buildPages } from './built-pages.ts'
import { fleetDocument } from './fleet-document.ts'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

const { skip } = requirePart('chromium', 'sshd', 'fab')

describe.skipIf(skip)('the loop in a browser', () => {
  const key = makeEd25519()
  let nodes: SshdNode[] = []
  let smtp: Awaited<ReturnType<typeof startSmtp>>
  let folder: Awaited<ReturnType<typeof dataFolder>>
  let tscaler: Tscaler
  let browser: Browser
  let page: Page
  let troubles: string[]
  let load: ReturnType<typeof spawn> | undefined

  beforeAll(async () => {
    buildPages()
    nodes = await startSshdFleet(2, { authorizedKeys: [key.publicKey] })
    smtp = await startSmtp()
    folder = await dataFolder()
    tscaler = await startTscaler(folder.data, { TSCALER_SERVER_COMMANDS: 'on', TSCALER_SMTP_URL: smtp.url })
    browser = await openBrowser()
    const opened = await openPage(browser)
    page = opened.page
    troubles = opened.troubles
  }, 60_000)

  afterAll(async () => {
    load?.kill('SIGKILL')
    await browser?.close()
    await tscaler?.stop()
    await Promise.all(nodes.map((node) => node.stop()))
    await smtp?.close()
    await folder?.remove()
  })

  test('the first minute: the link sets a password, and this machine is graphed at once', {
    timeout: 40_000,
  }, async () => {
    await page.goto(tscaler.welcome ?? '')
    await page.getByLabel('Password').first().fill('correct horse battery')
    await page.getByLabel('Once more').fill('correct horse battery')
    await page.getByRole('button', { name: 'Set the password and go in' }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.getByRole('link', { name: 'this-machine' }).first().click()
    await page.getByRole('img', { name: /memory-used/ }).waitFor()
    await page
      .getByRole('cell', { name: /^\d+(\.\d+)? %$/ })
      .first()
      .waitFor({ timeout: 15_000 })
  })

  test('a graph moves by itself', { timeout: 40_000 }, async () => {
    await tscaler.api('POST', '/api/v1/apply', {
      document: fleetDocument({
        nodes,
        privateKey: key.privateKey,
        serverFolder: path.dirname(folder.data),
        smtpTo: 'ops@example.org',
      }),
    })
    await page.goto(`${tscaler.url}/clusters/shop?range=5m`)
    const graph = page.getByRole('img', { name: /load1/ })
    await graph.waitFor()
    const before = await graph.screenshot()
    await waitFor('the graph to move', async () => !before.equals(await graph.screenshot()))
  })

  test('hits fill while a load lasts, and the run that it fires streams its log', { timeout: 60_000 }, async () => {
    await page.goto(`${tscaler.url}/triggers/busy`)
    await page.getByText('0 of 3').first().waitFor()
    load = spawn('/bin/sh', ['-c', 'echo $$ >"$HOME/load.pid"; while :; do :; done'], {
      env: { HOME: nodes[0]?.home },
      stdio: 'ignore',
    })
    await page
      .getByText(/^[12] of 3$/)
      .first()
      .waitFor({ timeout: 20_000 })
    const run = await waitFor(
      'a run',
      async () => {
        const { items } = await tscaler.api<{ items: { id: number }[] }>('GET', '/api/v1/runs')
        return items.at(-1)
      },
      20_000,
    )
    load.kill('SIGKILL')
    await page.goto(`${tscaler.url}/runs/${run.id}`)
    await page.getByText('working on shop01 for busy').waitFor()
    for (const node of nodes) for (const name of ['go', 'go-fab']) await writeFile(path.join(node.home, name), '')
    await writeFile(path.join(path.dirname(folder.data), 'go-command'), '')
    await page.getByRole('heading', { name: /busy #\d+/ }).waitFor()
    await page.getByText('succeeded').first().waitFor({ timeout: 30_000 })
    await waitFor('all steps', async () => (await page.getByText('succeeded').count()) >= 5, 30_000)
  })

  test('the red stop is one click and a reason, and is shown everywhere until it is lifted', {
    timeout: 30_000,
  }, async () => {
    await page.goto(tscaler.url)
    await page.getByRole('button', { name: /Stop all/ }).click()
    await page.getByLabel(/reason/i).fill('the test says so')
    await page.getByRole('dialog').getByRole('button', { name: /stop/i }).last().click()
    await page.getByText('the test says so').first().waitFor()
    const { redStop } = await tscaler.api<{ redStop: { reason: string } | null }>('GET', '/api/v1/status')
    expect(redStop?.reason).toBe('the test says so')
    await tscaler.api('POST', '/api/v1/resume', { stopAll: true })
    await page.getByText('the test says so').first().waitFor({ state: 'hidden' })
  })

  test('nothing went wrong in the page meanwhile', () => {
    expect(troubles).toEqual([])
  })
})
