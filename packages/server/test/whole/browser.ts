import { type Browser, chromium, type Page } from 'playwright-core'

/** Debian's Chromium, told to talk to nobody but the pages under test. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  })
}

/** A page that remembers what went wrong in it: scripts that threw, and what the content security policy refused. */
export async function openPage(browser: Browser): Promise<{ page: Page; troubles: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => {
    // The first look at a session, before anybody has signed in, is answered with 401; the browser calls that an error.
    if (message.type() === 'error' && !message.text().includes('401')) troubles.push(message.text())
  })
  return { page, troubles }
}
