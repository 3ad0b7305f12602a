import type { Appearance } from '../domain/appearance.ts'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import type { FurtherPage } from '../domain/furtherPage.ts'
import { crockford } from '../domain/identifiers.ts'
import { folderOf, isPrivate, lensOf, pageEntry } from '../domain/pageDirectory.ts'
import type { PageEntry } from '../domain/pageDirectory.ts'
import type { Language } from '../domain/language.ts'
import type { Organisation } from '../domain/organisation.ts'
import { shownMetric } from '../domain/publicMetric.ts'
import type { ShownMetric } from '../domain/publicMetric.ts'
import { shownLook } from '../domain/shownLook.ts'
import type { ShownLook } from '../domain/shownLook.ts'
import { updateRulesOf } from '../domain/statusPage.ts'
import { liveSecrets } from '../storage/affectedLinks.ts'
import { database } from '../storage/database.ts'
import { loadOrganisation } from '../storage/organisation.ts'
import type { StoredOrganisation } from '../storage/organisation.ts'
import { pageSecrets } from '../storage/pageAccess.ts'

type StatusPageConfig = Parameters<ReturnType<Env['STATUS_PUBLISHER']['getByName']>['useStatusPage']>[1]

/** Brings the publishers of all status pages what is configured. The main one first: it knows the others. */
export async function pushStatusPages(
  env: Env,
  { version, publicId, organisation }: StoredOrganisation,
): Promise<void> {
  const { statusPage, components } = organisation
  const { name, timeZone, supportUrl = null, language } = statusPage
  const { appearance, files: look } = lookOf(statusPage.appearance)
  const { entries, looks, secrets } = await entriesOf(env, publicId, organisation)
  const metrics = statusPage.metrics.filter((metric) => metric.public).map(shownMetric)
  await env.STATUS_PUBLISHER.getByName(MAIN_PAGE).useStatusPage(version, {
    page: { publicId, name, timeZone, supportUrl, language, appearance },
    look,
    components,
    metrics,
    pages: entries,
    links: { audiences: statusPage.audiences, live: await liveSecrets(database(env.DB)) },
    updates: { rules: updateRulesOf(statusPage), templates: statusPage.updateTemplates },
  })
  const taken = await Promise.allSettled(
    entries.map((entry) =>
      env.STATUS_PUBLISHER.getByName(entry.id).useStatusPage(version, {
        ...configOf(entry, components, metrics, language),
        look: looks.get(entry.id) ?? [],
      }),
    ),
  )
  const failed = taken.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw new Error('A status page did not take the configuration', { cause: failed.reason })
  // Somebody may have taken a secret back since: whoever pushed last must not have pushed what was true before.
  const now = await pageSecrets(database(env.DB))
  if (entries.length > 0 && JSON.stringify([...now]) !== secrets)
    await pushStatusPages(env, { version, publicId, organisation })
}

/** After a password, a session or a key was taken back or made: readers' requests are judged by it within a second. */
export async function pushPageSecrets(env: Env): Promise<void> {
  const stored = await loadOrganisation(database(env.DB))
  if (stored !== null) await pushStatusPages(env, stored)
}

async function entriesOf(env: Env, publicId: string, { pages, statusPage }: Organisation) {
  const looks = new Map<string, ShownLook['files']>()
  if (pages.length === 0) return { entries: [], looks, secrets: '' }
  const secrets = await pageSecrets(database(env.DB))
  const entries = await Promise.all(
    pages.map(async (page) => {
      const own = secrets.get(page.id) ?? { generation: 0, feedKeys: [] }
      const entry = pageEntry(page, statusPage, own, await publicIdOf(publicId, page), env.PUBLIC_URL)
      const { appearance, files } = lookOf(entry.appearance)
      looks.set(page.id, files)
      return { ...entry, appearance }
    }),
  )
  return { entries, looks, secrets: JSON.stringify([...secrets]) }
}

/** Each page has the images of its look among its own files. */
function lookOf(appearance: Appearance | undefined): { appearance: Appearance | undefined; files: ShownLook['files'] } {
  return appearance === undefined ? { appearance, files: [] } : shownLook(appearance)
}

function configOf(
  entry: PageEntry,
  components: StatusPageConfig['components'],
  metrics: readonly ShownMetric[],
  written: Language,
): StatusPageConfig {
  const { id, publicId, name, timeZone, supportUrl, language, appearance, url } = entry
  const lens = lensOf(entry)
  const writtenIn = written === language ? {} : { writtenIn: written }
  return {
    page: { publicId, name, timeZone, supportUrl, language, ...writtenIn, appearance },
    components: components.filter((component) => lens.components.includes(component.id)),
    metrics: metrics.filter(({ component }) => component !== null && lens.components.includes(component)),
    place: { url, folder: folderOf({ id, isPrivate: isPrivate(entry) }), lens },
  }
}

/** Stable as long as the instance and the page are what they are: Statuspage's clients key on it. */
async function publicIdOf(mainId: string, { id }: FurtherPage): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${mainId} ${id}`))
  return crockford(new Uint8Array(hash), 12)
}
