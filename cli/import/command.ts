import { existsSync } from 'node:fs'
import { z } from 'zod'
import { ask } from '../ask.ts'
import { Refused, pathFrom } from '../configuration/connection.ts'
import type { Connection } from '../configuration/connection.ts'
import { UsageError } from '../configuration/usageError.ts'
import { printable } from '../printable.ts'
import { pastOfCachet } from './cachet.ts'
import { addComponents } from './components.ts'
import { folderAt, pageAt } from './otherPage.ts'
import type { PastDraft } from './otherPage.ts'
import { pastOfStatuspage } from './statuspage.ts'
import { pastOfUpptime } from './upptime.ts'

const SHOWN_MAX = 200
const MARK = { new: '+', changed: '~', same: ' ' } as const

const Counts = z.object({ new: z.number(), changed: z.number(), same: z.number(), refused: z.number() })
const Taken = z.object({ id: z.string(), title: z.string(), what: z.enum(['new', 'changed', 'same']) })
const Outcome = z.object({
  components: z.array(
    z.object({ code: z.string(), name: z.string(), group: z.string().nullable(), id: z.string().nullable() }),
  ),
  incidents: z.array(Taken),
  maintenances: z.array(Taken),
  refused: z.array(z.object({ kind: z.string(), code: z.string(), title: z.string(), detail: z.string() })),
  statistics: z.object({
    incidents: Counts,
    maintenances: Counts,
    updates: z.number(),
    redirects: z.object({ new: z.number(), same: z.number() }),
  }),
})
type Outcome = z.infer<typeof Outcome>

interface Said {
  readonly yes?: boolean | undefined
  readonly components?: boolean | undefined
}

/** Reads another status page, shows what it would become here, asks, and takes it over. */
export async function importCommand(instance: Connection, said: Said, rest: readonly string[]): Promise<number> {
  const [kind, where, ...more] = rest
  if (kind === undefined || where === undefined || more.length > 0)
    throw new UsageError('Say from where: allclear import statuspage|cachet|upptime <address>')
  const document = await documentOf(kind, where)
  let plan = await send(instance, document, true)
  print(plan, instance.url)

  const missing = plan.components.filter(({ id }) => id === null)
  if (missing.length > 0 && said.components === true) {
    if (!(await addComponents(instance, missing, said.yes === true))) return 1
    plan = await send(instance, document, true)
  } else if (missing.length > 0) {
    console.log(
      'What was told of components that are not here is left out. --components adds them to the configuration.',
    )
  }
  const { incidents, maintenances, redirects } = plan.statistics
  const changes = incidents.new + incidents.changed + maintenances.new + maintenances.changed + redirects.new
  if (changes === 0) {
    console.log('There is nothing to import: it is all here.')
    return 0
  }
  if (said.yes !== true && !(await ask('Take this over?'))) {
    console.log('Nothing was imported.')
    return 1
  }
  const done = await send(instance, document, false)
  console.log(`Done: ${summary(done)}. Nobody was notified.`)
  return 0
}

function documentOf(kind: string, where: string): Promise<PastDraft> {
  if (kind === 'statuspage') return pastOfStatuspage(pageAt(addressOf(where)), addressOf(where))
  if (kind === 'cachet') return pastOfCachet(pageAt(addressOf(where)), addressOf(where))
  if (kind !== 'upptime') throw new UsageError(`${kind} is none of statuspage, cachet and upptime.`)
  if (existsSync(pathFrom(where)))
    return pastOfUpptime({
      files: folderAt(pathFrom(where)),
      api: null,
      url: `https://github.com/${encodeURIComponent(where)}`,
    })
  const [, repository] = /^(?:https:\/\/github\.com\/)?([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(where) ?? []
  if (repository === undefined)
    throw new UsageError(`${where} is neither a folder nor a repository such as owner/name.`)
  const token = process.env.GITHUB_TOKEN ?? ''
  return pastOfUpptime({
    files: pageAt(`https://raw.githubusercontent.com/${repository}/HEAD`),
    api: pageAt(`https://api.github.com/repos/${repository}`, token === '' ? {} : { authorization: `Bearer ${token}` }),
    url: `https://github.com/${repository}`,
  })
}

function addressOf(where: string): string {
  const address = /^https?:\/\//i.test(where) ? where : `https://${where}`
  if (!URL.canParse(address)) throw new UsageError(`${where} is not an address such as https://status.example.com.`)
  return address.replace(/\/+$/, '')
}

async function send(instance: Connection, document: PastDraft, isTrial: boolean): Promise<Outcome> {
  const { text } = await instance
    .call('POST', '/api/v1/status-page/import', {
      query: { dryRun: String(isTrial) },
      body: { type: 'application/json', text: JSON.stringify(document) },
    })
    .catch((error: unknown) => {
      if (!(error instanceof Refused) || error.problem.errors.length === 0) throw error
      const lines = error.problem.errors.map(({ path, message }) => printable(`  ${path}: ${message}`))
      throw new Error(`What that page says cannot be taken over:\n${lines.join('\n')}`, { cause: error })
    })
  return Outcome.parse(JSON.parse(text))
}

function print(plan: Outcome, url: string): void {
  for (const { name, group, id } of plan.components.filter((component) => component.id === null))
    console.log(printable(`? component ${group === null ? '' : `${group}: `}${name}${id ?? ''} is not here`))
  const taken = [...plan.incidents, ...plan.maintenances].filter(({ what }) => what !== 'same')
  for (const { what, title, id } of taken.slice(0, SHOWN_MAX)) console.log(printable(`${MARK[what]} ${title} (${id})`))
  if (taken.length > SHOWN_MAX) console.log(`… and ${taken.length - SHOWN_MAX} more.`)
  for (const { kind, title, detail } of plan.refused) console.log(printable(`! ${kind} ${title}: ${detail}`))
  console.log(`\n${summary(plan)} (against ${url})`)
}

function summary({ statistics: { incidents, maintenances, updates, redirects } }: Outcome): string {
  const counts = (what: string, { new: added, changed, same, refused }: z.infer<typeof Counts>) =>
    `${what} ${added} new, ${changed} changed, ${same} the same, ${refused} refused`
  return `${counts('incidents:', incidents)}; ${counts('maintenances:', maintenances)}; ${updates} updates; ${redirects.new} new redirects`
}
