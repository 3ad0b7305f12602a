import { inflate } from '@sparticuz/chromium'
import axe from 'axe-core'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { PROJECT_ROOT } from '../server/settings.ts'

/** A real Chromium for the end-to-end tests, and what every page has to hold in it. */

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The machine's own where it has one; else the one that came with the development dependencies. */
export async function startBrowser(): Promise<Browser> {
  const installed = installedChromium()
  if (installed !== null) return chromium.launch({ executablePath: installed, args: ARGS })
  const { executablePath, env } = await bundledChromium()
  return chromium.launch({ executablePath, env, args: ARGS })
}

function installedChromium(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, 'chromium')).find((path) => existsSync(path)) ?? null
}

const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`

/** For programs that start it themselves. */
export async function chromiumPath(): Promise<string> {
  return installedChromium() ?? (await bundledChromium()).executablePath
}

async function bundledChromium(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const folder = join(PROJECT_ROOT, 'node_modules', '.cache', 'chromium')
  if (!existsSync(folder)) {
    const archives = join(PROJECT_ROOT, 'node_modules', '@sparticuz', 'chromium', 'bin')
    await mkdir(join(folder, '..'), { recursive: true })
    // Under its final name only when it is whole: a run may be interrupted.
    const partial = await mkdtemp(`${folder}-`)
    const before = process.env.TMPDIR
    process.env.TMPDIR = partial
    try {
      for (const archive of ['chromium.br', 'fonts.tar.br', 'al2023.tar.br']) await inflate(join(archives, archive))
      // The one that comes along looks for its fonts where a function in a cloud has them.
      await writeFile(join(partial, 'fonts', 'fonts.conf'), FONTS)
      await rename(partial, folder)
    } finally {
      if (before === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = before
      await rm(partial, { recursive: true, force: true })
    }
  }
  const env = { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_PATH: join(folder, 'fonts') }
  return { executablePath: join(folder, 'chromium'), env: { PATH: process.env.PATH ?? '', HOME: folder, ...env } }
}

export interface WatchedPage extends AsyncDisposable {
  readonly page: Page
  /** Addresses that were asked for, in order. */
  readonly requests: readonly string[]
  /** Script errors, refusals by the content security policy, dialogs: a good page has none. */
  readonly faults: readonly string[]
}

/** A page in a context of its own. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options })
  // As patient as the tests are: a machine that is busy with other things as well answers late.
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  const requests: string[] = []
  const faults: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    // A status of 4xx is what some tests are after.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(message.text())
  })
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return { page, requests, faults, [Symbol.asyncDispose]: () => context.close() }
}

export const WIDTHS_PX = [360, 1440] as const
export const THEMES = ['light', 'dark'] as const

/** What is wrong with the page for someone, at each width and in each theme. */
export async function faultsInEveryLook(page: Page, widths: readonly number[] = WIDTHS_PX): Promise<string[]> {
  const faults: string[] = []
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 })
    const needed = await page.evaluate<number>('document.documentElement.scrollWidth')
    if (needed > width) faults.push(`${width} px: it is ${needed} px wide`)
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme })
      for (const fault of await axeFaults(page)) faults.push(`${width} px, ${colorScheme}: ${fault}`)
    }
  }
  return faults
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

async function axeFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(`${axe.source};undefined`)
  const options = { runOnly: { type: 'tag', values: RULES }, resultTypes: ['violations'] }
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(document, ${JSON.stringify(options)})`,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary.replaceAll(/\s+/g, ' ')}`),
  )
}
