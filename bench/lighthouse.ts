import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PROJECT_ROOT } from '../server/settings.ts'
import { chromiumPath } from '../test/browser.ts'
import { startBusyHost } from '../test/busyStatusPage.ts'

/**
 * Lighthouse on the status page of a running host in the middle of three incidents, as a phone and as a desk, written to
 * bench/lighthouse.md. Fails when a category is below the aim. Run: npm run bench:lighthouse. Lighthouse is fetched by
 * npm for this run alone: it has more dependencies than all the rest together. With the name of a page only that one is
 * measured, and nothing is recorded.
 */

const LIGHTHOUSE = 'lighthouse@13.5.0'
const AIM = 95
const FORMS = ['mobile', 'desktop'] as const
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const
const ONLY = process.argv[2] ?? null
const RECORD = join(PROJECT_ROOT, 'bench', 'lighthouse.md')

type Form = (typeof FORMS)[number]

interface Report {
  readonly categories: Readonly<
    Record<
      string,
      { readonly score: number | null; readonly auditRefs: readonly { readonly id: string; readonly weight: number }[] }
    >
  >
  readonly audits: Readonly<Record<string, { readonly title: string; readonly score: number | null }>>
}

const run = promisify(execFile)

const busy = await startBusyHost()
const folder = await mkdtemp(join(tmpdir(), 'allclear-lighthouse-'))
try {
  const pages = {
    Home: '/',
    'Active incident': `/incidents/${busy.activeIncidentId}`,
    History: '/history',
    Subscribe: '/subscribe',
    'Home in Arabic': '/ar/',
  }
  const rows: string[] = []
  const lost = new Set<string>()
  let isBelow = false
  for (const [name, path] of Object.entries(pages).filter(([each]) => ONLY === null || each === ONLY)) {
    for (const form of FORMS) {
      const report = await reportOn(busy.host.url + path, form)
      const scores = CATEGORIES.map((category) => Math.round((report.categories[category]?.score ?? 0) * 100))
      isBelow ||= scores.some((score) => score < AIM)
      rows.push(`| ${name} | ${form} | ${scores.join(' | ')} |`)
      for (const audit of pointsLost(report)) lost.add(`- ${name}, ${form}: ${audit}`)
      console.log(`${name}, ${form}: ${CATEGORIES.map((category, i) => `${category} ${scores[i]}`).join(', ')}`)
    }
  }
  for (const line of lost) console.log(line)
  if (ONLY === null) await writeFile(RECORD, written(rows, [...lost]))
  if (isBelow) {
    console.error(`A category is below ${AIM}.`)
    process.exitCode = 1
  }
} finally {
  await busy.host.stop()
  await rm(busy.host.home, { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
}

async function reportOn(url: string, form: Form): Promise<Report> {
  const path = join(folder, 'report.json')
  const options = [
    '--quiet',
    '--output=json',
    `--output-path=${path}`,
    '--chrome-flags=--headless=new --no-sandbox --disable-gpu',
  ]
  if (form === 'desktop') options.push('--preset=desktop')
  await run('npm', ['exec', '--yes', `--package=${LIGHTHOUSE}`, '--', 'lighthouse', url, ...options], {
    env: { ...process.env, CHROME_PATH: await chromiumPath() },
  })
  return readReport(await readFile(path, 'utf8'))
}

/** Its own program wrote it a moment ago. */
function readReport(text: string): Report {
  return JSON.parse(text) as Report
}

function pointsLost({ categories, audits }: Report): string[] {
  return CATEGORIES.flatMap((category) =>
    (categories[category]?.auditRefs ?? []).flatMap(({ id, weight }) => {
      const { title, score } = audits[id] ?? { title: id, score: null }
      return weight > 0 && score !== null && score < 0.9 ? [`${category}: ${title} (${Math.round(score * 100)})`] : []
    }),
  )
}

function written(rows: readonly string[], lost: readonly string[]): string {
  return `# Lighthouse

What \`npm run bench:lighthouse\` last measured with ${LIGHTHOUSE}, on a host with 30 components, 90 days and 3 active
incidents. The aim is ${AIM} in each category. The performance of a phone is simulated by Lighthouse, and falls when the
machine is busy with other things.

| Page | As | Performance | Accessibility | Best practices | SEO |
|---|---|---|---|---|---|
${rows.join('\n')}

${lost.length === 0 ? 'No audit that counts scored below 90.' : `Audits that count and scored below 90:\n\n${lost.join('\n')}`}
`
}
