import { parse } from 'yaml'
import { z } from 'zod'
import { codeOf, jsonAt, plainBody, shortTitle } from './otherPage.ts'
import type { OtherPage, PastDraft } from './otherPage.ts'

/** Upptime: what it watches is in `.upptimerc.yml`, its incidents and maintenances are GitHub issues. */

const Settings = z.looseObject({
  sites: z.array(z.looseObject({ name: z.string(), slug: z.string().optional() })),
})
const Issue = z.looseObject({
  number: z.number().int(),
  title: z.string(),
  body: z.string().nullish(),
  created_at: z.string(),
  closed_at: z.string().nullish(),
  labels: z
    .array(z.union([z.string(), z.looseObject({ name: z.string().nullish() }).transform(({ name }) => name ?? '')]))
    .default([]),
  pull_request: z.unknown().optional(),
  comments: z.number().default(0),
})
const Comment = z.looseObject({
  id: z.union([z.string(), z.number()]),
  body: z.string().nullish(),
  created_at: z.string(),
})
type Issue = z.infer<typeof Issue>
type Comment = z.infer<typeof Comment>

const PAGES_MAX = 50

export interface Upptime {
  /** The files of the repository. */
  readonly files: OtherPage
  /** GitHub's API of it; null: `issues.json` lies among the files, with each issue's `comments` beside it or not at all. */
  readonly api: OtherPage | null
  readonly url: string
}

export async function pastOfUpptime({ files, api, url }: Upptime): Promise<PastDraft> {
  const text = await files.text('.upptimerc.yml')
  if (text === null) throw new Error(`${url} has no .upptimerc.yml: is it a repository of Upptime?`)
  const settings = Settings.safeParse(parse(text, { maxAliasCount: 100 }))
  if (!settings.success) throw new Error('.upptimerc.yml has no list of sites with names.')
  const sites = settings.data.sites.map(({ name, slug }) => ({ name, slug: slug ?? slugOf(name) }))
  const past: PastDraft = {
    source: { kind: 'upptime', url },
    components: sites.map(({ name, slug }) => ({ code: codeOf(slug), name: shortTitle(name).slice(0, 120) })),
    incidents: [],
    maintenances: [],
  }
  for (const issue of await issuesOf(files, api)) {
    if (issue.pull_request !== undefined && issue.pull_request !== null) continue
    const comments =
      issue.comments > 0 && api !== null
        ? ((await jsonAt(api, `issues/${issue.number}/comments?per_page=100`, z.array(Comment))) ?? [])
        : []
    const slugs = sites.map(({ slug }) => slug).filter((slug) => issue.labels.includes(slug))
    if (issue.labels.includes('maintenance')) past.maintenances?.push(asMaintenance(issue, comments, slugs))
    else if (issue.labels.includes('status')) past.incidents?.push(asIncident(issue, comments, slugs))
  }
  return past
}

async function issuesOf(files: OtherPage, api: OtherPage | null): Promise<Issue[]> {
  if (api === null) return (await jsonAt(files, 'issues.json', z.array(Issue))) ?? []
  const all: Issue[] = []
  for (let page = 1; page <= PAGES_MAX; page++) {
    const some = (await jsonAt(api, `issues?state=all&per_page=100&page=${page}`, z.array(Issue))) ?? []
    all.push(...some)
    if (some.length < 100) break
  }
  return all
}

function asIncident(issue: Issue, comments: readonly Comment[], slugs: readonly string[]) {
  const isSlow = /degraded performance/i.test(issue.title)
  const to = isSlow ? ('degraded_performance' as const) : ('major_outage' as const)
  const { closed_at } = issue
  return {
    code: codeOf(issue.number),
    title: shortTitle(issue.title.replace(/^[^\p{L}\p{N}]+/u, '')),
    impact: isSlow ? ('minor' as const) : ('critical' as const),
    startedAt: time(issue.created_at),
    updates: [
      {
        code: 'first',
        at: time(issue.created_at),
        status: 'investigating' as const,
        body: plainBody(issue.body ?? ''),
        components: slugs.map((slug) => ({ component: codeOf(slug), to })),
      },
      ...comments
        .filter(
          (comment) => closed_at === null || closed_at === undefined || time(comment.created_at) < time(closed_at),
        )
        .map((comment) => ({
          code: codeOf(comment.id),
          at: time(comment.created_at),
          status: 'identified' as const,
          body: plainBody(comment.body ?? ''),
        })),
      ...(closed_at === null || closed_at === undefined
        ? []
        : [
            {
              code: 'closed',
              at: time(closed_at),
              status: 'resolved' as const,
              body: plainBody(comments.findLast(({ body }) => /\*\*Resolved:\*\*/.test(body ?? ''))?.body ?? ''),
            },
          ]),
    ],
    paths: [`/incident/${issue.number}`],
  }
}

function asMaintenance(issue: Issue, comments: readonly Comment[], slugs: readonly string[]) {
  const said = /<!--([\s\S]*?)-->/.exec(issue.body ?? '')?.[1] ?? ''
  const field = (name: string) => new RegExp(`^\\s*${name}:\\s*(.+)$`, 'im').exec(said)?.[1]?.trim()
  const start = time(field('start') ?? issue.created_at)
  const end = time(field('end') ?? issue.closed_at ?? issue.created_at)
  const named = [field('expectedDown'), field('expectedDegraded')].flatMap((list) =>
    (list ?? '')
      .split(',')
      .map((slug) => slug.trim())
      .filter((slug) => slug !== ''),
  )
  const { closed_at } = issue
  return {
    code: codeOf(issue.number),
    title: shortTitle(issue.title),
    scheduledFor: start,
    scheduledUntil: end < start ? start : end,
    components: [...new Set([...slugs, ...named])].map(codeOf),
    updates: [
      {
        code: 'first',
        at: time(issue.created_at),
        status: 'scheduled' as const,
        body: plainBody((issue.body ?? '').replace(/<!--[\s\S]*?-->/, '')),
      },
      ...comments.map((comment) => ({
        code: codeOf(comment.id),
        at: time(comment.created_at),
        status: 'in_progress' as const,
        body: plainBody(comment.body ?? ''),
      })),
      ...(closed_at === null || closed_at === undefined
        ? []
        : [{ code: 'closed', at: time(closed_at), status: 'completed' as const, body: '' }]),
    ],
    paths: [`/incident/${issue.number}`],
  }
}

function time(text: string): string {
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? text : new Date(atMs).toISOString()
}

/** As Upptime makes it of a name. */
function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}
